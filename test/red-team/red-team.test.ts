/**
 * Three honest viewers, and beside them a hostile peer that joins by the tracker: one attack after the other, and nobody
 * sees another picture, stalls, freezes or stops sharing.
 */

import { setTimeout as wait } from "node:timers/promises";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { patchedCore } from "../../build/patched-core.ts";
import type { Config } from "../../functions/site/config.ts";
import type { Shoal } from "../../local/shoal.ts";
import { inBrowser } from "../browser/in-browser.ts";
import { playlistSeconds, startStack } from "../browser/stack.ts";
import { until } from "../browser/until.ts";
import { type Health, Viewer } from "../browser/viewer.ts";

/** A tenth is what the clock shows, and two frames are what a browser's media time may be off. */
const CLOCK_SPREAD = 0.2;

/** No task may take longer than 200 ms because of a peer; a busy machine makes any task two or three times as long. */
const LONGEST_TASK_MS = 600;

/** What was signed before is shared for so long. */
const SETTLING_SECONDS = 6;

interface Fault {
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** What a viewer's page may hold more than before, once its garbage is collected. */
const MOST_MEMORY = 60_000_000;

interface Announced {
  info_hash: string;
  peer_id: string;
}

inBrowser("three viewers, and a hostile peer that sends", (browser) => {
  let shoal: Shoal;
  const viewers: Viewer[] = [];
  let swarm: { tracker: string; infoHash: string; playlist: string; signatures: string };
  let channel: string;
  let offsets: (number | null)[];
  let memory: number[];
  /** What this machine's pages take for their longest task without any attack. */
  let usualTaskMs: number;

  beforeAll(async () => {
    // Open, so that the hostile peer may take any id; what else a ticket keeps away is in test/stack/attacks.test.ts.
    shoal = await startStack({ isOpenTracker: true });
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) >= 16);
    const announced: Announced[] = [];
    for (let seat = 0; seat < 3; seat += 1) {
      const viewer = await Viewer.open(browser, shoal.url, { onAnnounce: (one) => announced.push(one) });
      await viewer.plays();
      await viewer.unfoldPanel();
      await viewer.watchPicture();
      viewers.push(viewer);
    }
    await until("everyone is connected to everyone", () => everyonesPeersAre(2));
    await wait(4_000);
    const main = announced.find(({ peer_id }) => /^-SH\d\dsm-/.test(peer_id));
    const config = (await (await fetch(`${shoal.url}config.json`)).json()) as Config;
    channel = config.channel;
    swarm = {
      tracker: shoal.trackerUrl,
      infoHash: hex(main?.info_hash ?? ""),
      playlist: await renditionAddress(),
      signatures: shoal.ticketedUrl + config.signatures.path,
    };
    const health = await healths();
    offsets = health.map(({ firstOffset }) => firstOffset);
    usualTaskMs = Math.max(...health.map(({ longestTaskMs }) => longestTaskMs));
    memory = await Promise.all(viewers.map((viewer) => viewer.memoryBytes()));
    await healths();
  });

  afterEach(async () => {
    await until("only the honest ones are left", () => everyonesPeersAre(2));
  });

  afterAll(async () => {
    await Promise.all(viewers.map((viewer) => viewer.close()));
    await shoal?.stop();
  });

  const healths = () => Promise.all(viewers.map((viewer) => viewer.takeHealth()));
  const stallsOfAll = async () =>
    (await Promise.all(viewers.map((viewer) => viewer.stats()))).map(({ stalls }) => stalls);
  const anybodySays = async (words: string) => {
    const said = await Promise.all(viewers.map(({ page }) => page.locator("#guard").textContent()));
    return said.some((one) => one?.includes(words));
  };
  const everyonesPeersAre = async (count: number) =>
    (await Promise.all(viewers.map((viewer) => viewer.stats()))).every(({ peersNow }) => peersNow === count);
  const bytesFromPeers = async () =>
    (await Promise.all(viewers.map((viewer) => viewer.stats()))).reduce(
      (sum, one) => sum + one.bytesFromPeers,
      0,
    );

  async function renditionAddress(): Promise<string> {
    const [rendition = ""] = (await (await fetch(shoal.hlsUrl)).text()).match(/^[^#\n].*$/m) ?? [];
    return new URL(rendition, shoal.hlsUrl).href;
  }

  /** A page of the deployment's own origin, with the hostile peer in it. */
  async function hostilePage(): Promise<Page> {
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    // Any page that really comes from there: browsers keep others from sockets on this machine.
    await page.goto(`${shoal.url}config.json`);
    await page.evaluate(await hostileScript());
    return page;
  }

  async function attack(name: string, use: (page: Page) => Promise<void>, peers = 1): Promise<void> {
    const stalls = await stallsOfAll();
    await healths();
    const page = await hostilePage();
    try {
      await page.evaluate(
        `globalThis.peers = ${JSON.stringify(Array.from({ length: peers }, (_, index) => peerId(index)))}.map(
          (id, index) => new hostile.Hostile(
            { ...${JSON.stringify(swarm)}, tracker: ${JSON.stringify(swarm.tracker)} + (index ? "?player=" + index : "") },
            id, ${JSON.stringify(channel)}, ${JSON.stringify(name)})); undefined`,
      );
      await use(page);
      expect(await page.evaluate("peers.flatMap(({ failures }) => failures)")).toEqual([]);
    } finally {
      await page.context().close();
    }
    for (const [seat, health] of (await healths()).entries()) expectRightPicture(health, seat);
    expect(await stallsOfAll()).toEqual(stalls);
    expect(viewers.flatMap(({ crashes }) => crashes)).toEqual([]);
  }

  function expectRightPicture(
    { frames, unreadable, firstOffset, spread, longestTaskMs }: Health,
    seat: number,
  ): void {
    expect(frames, "frames whose clock was read").toBeGreaterThan(2);
    expect(unreadable / frames, "frames without a readable clock").toBeLessThan(0.1);
    expect(Math.abs((firstOffset ?? 0) - (offsets[seat] ?? 0)), "the clock is off").toBeLessThan(
      CLOCK_SPREAD,
    );
    expect(spread, "the clock jumps").toBeLessThan(CLOCK_SPREAD);
    expect(longestTaskMs, "the longest task").toBeLessThan(Math.max(LONGEST_TASK_MS, 1.5 * usualTaskMs));
  }

  const met = (page: Page) => page.evaluate<number>("peers.reduce((sum, { met }) => sum + met, 0)");

  test.each([
    ["one command of 512 KB", 10],
    ["a flood of commands", 10],
    ["requests for everything at once", 10],
    ["garbage", 15],
    ["another segment's bytes", 15],
    ["an old segment under a new number", 15],
    ["a truncated segment", 15],
    ["an over-long segment", 15],
    ["the right bytes with a forged signature", 15],
    ["nothing of what it announces", 40],
    ["one byte a second", 40],
  ])("%s", async (name, withinSeconds) => {
    await attack(name, async (page) => {
      await until("the hostile peer meets somebody", async () => (await met(page)) >= 2, 15);
      await until("everyone has dropped it", () => everyonesPeersAre(2), withinSeconds);
    });
  });

  test("fifty connections", async () => {
    await attack(
      "fifty connections",
      async (page) => {
        await until("it has opened many", async () => (await met(page)) >= 30, 30);
        await wait(2_000);
      },
      50,
    );
    for (const viewer of viewers) expect((await viewer.stats()).peersNow).toBeLessThanOrEqual(30);
  });

  /** While this lasts, nobody stalls. Returns what came from peers in its last ten seconds. */
  async function during(fault: Fault, seconds: number): Promise<number> {
    const stalls = await stallsOfAll();
    await fault.begin();
    await wait((seconds - SETTLING_SECONDS) * 1000);
    const before = await bytesFromPeers();
    await wait(SETTLING_SECONDS * 1000);
    const came = (await bytesFromPeers()) - before;
    await fault.end();
    expect(await stallsOfAll()).toEqual(stalls);
    for (const [seat, health] of (await healths()).entries()) expectRightPicture(health, seat);
    return came;
  }

  async function sharesAgain(): Promise<void> {
    const before = await bytesFromPeers();
    const words = () => Promise.all(viewers.map(({ page }) => page.locator("#guard").textContent()));
    await until("segments come from peers", async () => (await bytesFromPeers()) > before + 100_000, 20);
    await until("nobody misses signatures", async () => (await words()).every((one) => one === ""), 20);
  }

  test("nothing, while the signer is down: they play from the CDN, give nothing, and say so", async () => {
    const { down } = shoal.faults.signer;
    const saying = until("somebody misses signatures", () => anybodySays("signatures can't be reached"), 20);
    expect(await during(down, 16)).toBe(0);
    await saying;
    await sharesAgain();
  });

  test("nothing, while the signer's answers don't verify: nobody gives what isn't signed", async () => {
    expect(await during(shoal.faults.signer.wrong, 16)).toBe(0);
    await sharesAgain();
    expect(await everyonesPeersAre(2)).toBe(true);
  });

  test("nothing, while the signer takes five seconds: nobody stalls", async () => {
    await during(shoal.faults.signer.slow, 14);
    await sharesAgain();
  });

  test("nothing, when the key changes on the air: they go on sharing, and nobody is dropped", async () => {
    const changing = { begin: async () => shoal.changeSigningKey(), end: async () => {} };
    expect(await during(changing, 14)).toBeGreaterThan(100_000);
    expect(await everyonesPeersAre(2)).toBe(true);
  });

  test("whatever it was, the viewers go on sharing with each other, and their memory is what it was", async () => {
    const before = await bytesFromPeers();
    await until("a segment comes from a peer", async () => (await bytesFromPeers()) > before + 50_000, 10);
    for (const [seat, viewer] of viewers.entries()) {
      expect((await viewer.memoryBytes()) - (memory[seat] ?? 0)).toBeLessThan(MOST_MEMORY);
    }
  });
});

let script: Promise<string> | undefined;

/** Built once, with the tracker's real client. */
function hostileScript(): Promise<string> {
  script ??= build({
    entryPoints: [inPages("hostile-peer.ts")],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["p2pml:core-as-bundle"],
    plugins: [patchedCore],
    alias: { "webrtc-polyfill": inPages("webrtc.ts"), events: "bare-events" },
    define: { global: "globalThis", "process.browser": "true" },
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  return script;
}

function inPages(file: string): string {
  return new URL(`../pages/${file}`, import.meta.url).pathname;
}

/** A viewer's id like any other; a new one for each attack. */
function peerId(index: number): string {
  const name = `${Math.random().toString(36).slice(2)}${index}`.padEnd(12, "x").slice(0, 12);
  return hex(`-SH02sm-${name}`);
}

function hex(binary: string): string {
  return Buffer.from(binary, "latin1").toString("hex");
}
