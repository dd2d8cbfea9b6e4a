/** The situations that are measured, each with the bound that Shoal is held to. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Outcome } from "./measure.ts";
import { type Stage, setStage } from "./stage.ts";
import type { Player } from "./viewer-report.ts";

export interface Case {
  title: string;
  /** What the results assume. */
  method: string;
  mostCopies?: number;
  /** None, unless said otherwise. */
  mostStalledSeconds?: number;
  /** Players to compare; where a case breaks what the others don't have, only Shoal. */
  players: readonly Player[];
  run(player: Player): Promise<Outcome>;
}

const ALL: readonly Player[] = ["shoal", "engine-defaults", "plain"];

/** Connections are up and the first buffers filled. */
const START_UP_SECONDS = 12;

/** What doesn't share fetches the same from the first segment to the last, so less of it is enough. */
const MEASURED_SECONDS: Readonly<Record<Player, number>> = { shoal: 30, "engine-defaults": 16, plain: 16 };

async function onStage(
  player: Player,
  delaySeconds: number,
  play: (stage: Stage) => Promise<void>,
): Promise<Outcome> {
  const stage = await setStage(player, delaySeconds);
  try {
    await play(stage);
    return await stage.outcome();
  } finally {
    await stage.close();
  }
}

async function fill(stage: Stage, viewers: number, prepare?: (page: Page) => Promise<void>): Promise<void> {
  for (let viewer = 0; viewer < viewers; viewer += 1) await stage.enter(prepare ? { prepare } : {});
}

function together(delaySeconds: number, mostCopies: number): Case {
  return {
    title: `6 viewers, 2 s segments, delay ${delaySeconds} s`,
    method: "After start-up, everyone connected with everyone.",
    mostCopies,
    players: ALL,
    run: (player) =>
      onStage(player, delaySeconds, async (stage) => {
        await fill(stage, 6);
        await sleep(START_UP_SECONDS * 1000);
        await stage.measure(MEASURED_SECONDS[player]);
      }),
  };
}

const arrivals: Case = {
  title: "6 viewers arriving 10 s apart",
  method: "A whole session of 3 minutes, start included.",
  mostCopies: 1.4,
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      const measuring = stage.measure(180);
      for (let viewer = 0; viewer < 6; viewer += 1) {
        const [opened] = await Promise.all([stage.enter(), sleep(10_000)]);
        void opened;
      }
      await measuring;
    }),
};

const ring: Case = {
  title: "8 viewers in a ring",
  method:
    "Each is connected with 2 others only: the edge drops offers from anyone else on their way from the tracker.",
  mostCopies: 3,
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      stage.edge.setNeighbours((one, other) => Math.abs(one - other) === 1 || Math.abs(one - other) === 7);
      await fill(stage, 8);
      await sleep(START_UP_SECONDS * 1000);
      await stage.measure(MEASURED_SECONDS[player]);
    }),
};

const churn: Case = {
  title: "A viewer leaves every 10 s and a new one comes",
  method: "6 viewers; the one that was there longest leaves.",
  mostCopies: 1.5,
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      const changes = player === "shoal" ? 5 : 2;
      const measuring = stage.measure(10 * (changes + 1));
      for (let change = 0; change < changes; change += 1) {
        await sleep(10_000);
        const [longest] = stage.viewers;
        if (longest) await stage.leave(longest);
        await stage.enter();
      }
      await measuring;
    }),
};

const LINE = 2_000_000;

const slowFetcher: Case = {
  title: "The CDN of one viewer slows to a tenth",
  method:
    "6 viewers with 2 Mbit/s from the CDN, seven times what video and audio need; one of them falls to 200 kbit/s, which is less than they need.",
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      for (let viewer = 0; viewer < 6; viewer += 1) stage.edge.limit(viewer, LINE);
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      stage.edge.limit(0, LINE / 10);
      await stage.measure(MEASURED_SECONDS[player]);
    }),
};

const slowestFetch: Case = {
  title: "Every fetch is slow",
  method: "6 viewers with 2 Mbit/s from the CDN; whoever is the first to fetch a segment gets it at a tenth.",
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      for (let viewer = 0; viewer < 6; viewer += 1) stage.edge.limit(viewer, LINE);
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      stage.edge.limitFirst(LINE / 10);
      await stage.measure(MEASURED_SECONDS[player]);
    }),
};

const slowUplink: Case = {
  title: "One viewer with 300 kbit/s up",
  method: "6 viewers; Chromium itself shapes the uplink of one, data channels included.",
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      const slowUplink = async (page: Page) => {
        const devtools = await page.context().newCDPSession(page);
        await devtools.send("Network.enable");
        await devtools.send("Network.emulateNetworkConditions", {
          offline: false,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: 300_000 / 8,
        });
      };
      await stage.enter({ prepare: slowUplink });
      await fill(stage, 5);
      await sleep(START_UP_SECONDS * 1000);
      await stage.measure(MEASURED_SECONDS[player]);
    }),
};

const trackerDown: Case = {
  title: "Tracker down for the whole session",
  method: "3 viewers, each alone.",
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      stage.edge.setTracker(false);
      await fill(stage, 3);
      await stage.measure(MEASURED_SECONDS[player]);
    }),
};

const noWebRtc: Case = {
  title: "WebRTC blocked",
  method: "3 viewers whose browsers have no RTCPeerConnection.",
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      await fill(stage, 3, async (page) => {
        await page.addInitScript(() => {
          for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
            Object.defineProperty(globalThis, name, { value: undefined });
          }
        });
      });
      await stage.measure(MEASURED_SECONDS[player]);
    }),
};

const cdnDown: Case = {
  title: "CDN down for 8 s in the middle",
  method:
    "6 viewers, delay 8 s. No segment is made in that time that anyone could have, so what lasts is the buffer; a bound of 2 s for each viewer.",
  mostStalledSeconds: 12,
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      const measuring = stage.measure(30);
      await sleep(10_000);
      stage.edge.setCdn(false);
      await sleep(8_000);
      stage.edge.setCdn(true);
      await measuring;
    }),
};

export const CASES: Readonly<Record<string, Case>> = {
  "delay-8": together(8, 1.15),
  "delay-6": together(6, 1.3),
  arrivals,
  ring,
  churn,
  "slow-fetcher": slowFetcher,
  "slow-fetches": slowestFetch,
  "slow-uplink": slowUplink,
  "tracker-down": trackerDown,
  "no-webrtc": noWebRtc,
  "cdn-down": cdnDown,
};
