/** The situations that are measured, each with the bound that Shoal is held to. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Outcome } from "./measure.ts";
import { type Stage, setStage } from "./stage.ts";
import type { Player } from "./viewer-report.ts";

export interface Case {
  name: string;
  title: string;
  bound: string;
  isMet(outcome: Outcome): boolean;
  /** Players to compare; where a case breaks something that the others don't have, only Shoal. */
  players: readonly Player[];
  run(player: Player): Promise<Outcome>;
}

const ALL: readonly Player[] = ["shoal", "engine-defaults", "plain"];

/** Connections are up and the first buffers filled. */
const START_UP_SECONDS = 15;

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
  for (let viewer = 0; viewer < viewers; viewer += 1) await stage.enter(prepare);
}

function together(name: string, delaySeconds: number, most: number): Case {
  return {
    name,
    title: `6 viewers, 2 s segments, delay ${delaySeconds} s, after start-up`,
    bound: `at most ${most} copies of 6, no stall`,
    isMet: ({ copies, stalls }) => copies <= most && stalls === 0,
    players: ALL,
    run: (player) =>
      onStage(player, delaySeconds, async (stage) => {
        await fill(stage, 6);
        await sleep(START_UP_SECONDS * 1000);
        await stage.measure(40);
      }),
  };
}

const arrivals: Case = {
  name: "arrivals",
  title: "6 viewers arriving 10 s apart, a whole session of 3 minutes, start included",
  bound: "at most 1.4 copies, no stall",
  isMet: ({ copies, stalls }) => copies <= 1.4 && stalls === 0,
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
  name: "ring",
  title: "8 viewers in a ring, each connected with 2 others",
  bound: "at most 3 copies of 8, no stall",
  isMet: ({ copies, stalls }) => copies <= 3 && stalls === 0,
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      stage.edge.setNeighbours((one, other) => Math.abs(one - other) === 1 || Math.abs(one - other) === 7);
      await fill(stage, 8);
      await sleep(START_UP_SECONDS * 1000);
      await stage.measure(40);
    }),
};

const churn: Case = {
  name: "churn",
  title: "6 viewers; every 10 s one leaves and a new one comes",
  bound: "at most 1.5 copies, no stall",
  isMet: ({ copies, stalls }) => copies <= 1.5 && stalls === 0,
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      const measuring = stage.measure(60);
      for (let change = 0; change < 5; change += 1) {
        await sleep(10_000);
        const [longest] = stage.viewers;
        if (longest) await stage.leave(longest);
        await stage.enter();
      }
      await measuring;
    }),
};

/** Seven times the bit rate of picture and sound; a tenth of it is less than they need. */
const LINE = 2_000_000;

const slowFetcher: Case = {
  name: "slow-fetcher",
  title: "6 viewers with lines of 2 Mbit/s; the CDN of one, which is fetcher in its turn, slows to a tenth",
  bound: "nobody stalls",
  isMet: ({ stalls }) => stalls === 0,
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      for (let viewer = 0; viewer < 6; viewer += 1) stage.edge.limit(viewer, LINE);
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      stage.edge.limit(0, LINE / 10);
      await stage.measure(40);
    }),
};

const slowestFetch: Case = {
  name: "slow-fetches",
  title: "6 viewers with lines of 2 Mbit/s; whoever fetches a segment first gets it at a tenth",
  bound: "nobody stalls",
  isMet: ({ stalls }) => stalls === 0,
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      for (let viewer = 0; viewer < 6; viewer += 1) stage.edge.limit(viewer, LINE);
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      stage.edge.limitFirst(LINE / 10);
      await stage.measure(40);
    }),
};

const slowUplink: Case = {
  name: "slow-uplink",
  title: "6 viewers, one with 300 kbit/s up",
  bound: "its playback doesn't suffer: nobody stalls",
  isMet: ({ stalls }) => stalls === 0,
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      await stage.enter(async (page) => {
        const devtools = await page.context().newCDPSession(page);
        await devtools.send("Network.enable");
        await devtools.send("Network.emulateNetworkConditions", {
          offline: false,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: 300_000 / 8,
        });
      });
      await fill(stage, 5);
      await sleep(START_UP_SECONDS * 1000);
      await stage.measure(40);
    }),
};

const trackerDown: Case = {
  name: "tracker-down",
  title: "3 viewers, tracker down for the whole session",
  bound: "no stall",
  isMet: ({ stalls }) => stalls === 0,
  players: ["shoal"],
  run: (player) =>
    onStage(player, 8, async (stage) => {
      stage.edge.setTracker(false);
      await fill(stage, 3);
      await stage.measure(40);
    }),
};

const noWebRtc: Case = {
  name: "no-webrtc",
  title: "3 viewers, WebRTC blocked",
  bound: "no stall",
  isMet: ({ stalls }) => stalls === 0,
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
      await stage.measure(40);
    }),
};

const cdnDown: Case = {
  name: "cdn-down",
  title: "6 viewers, CDN down for 8 s in the middle",
  bound: "plays on as far as buffers reach, and again after",
  isMet: ({ stalledSeconds }) => stalledSeconds <= 6 * 8,
  players: ALL,
  run: (player) =>
    onStage(player, 8, async (stage) => {
      await fill(stage, 6);
      await sleep(START_UP_SECONDS * 1000);
      const measuring = stage.measure(40);
      await sleep(10_000);
      stage.edge.setCdn(false);
      await sleep(8_000);
      stage.edge.setCdn(true);
      await measuring;
    }),
};

export const CASES: readonly Case[] = [
  together("delay-8", 8, 1.15),
  together("delay-6", 6, 1.3),
  arrivals,
  ring,
  churn,
  slowFetcher,
  slowestFetch,
  slowUplink,
  trackerDown,
  noWebRtc,
  cdnDown,
];
