/**
 * Three honest viewers on a stack whose tracker takes any peer id, and what must hold whatever is done to them: they see
 * the right picture, nobody stalls, no task of a page is long, and no page fills its memory.
 */

import type { Browser } from "playwright-core";
import { expect } from "vitest";
import type { Config } from "../../functions/site/config.ts";
import type { Shoal } from "../../local/shoal.ts";
import { peersOf, untilAllMet } from "../browser/meeting.ts";
import { playlistSeconds, startStack } from "../browser/stack.ts";
import { until } from "../browser/until.ts";
import { type Health, Viewer } from "../browser/viewer.ts";
import type { Target } from "./hostile-page.ts";
import { MainThreads } from "./main-threads.ts";

/** A tenth is what the clock shows, and two frames are what a browser's media time may be off. */
const CLOCK_SPREAD = 0.2;

/** No task may run longer because of a peer. */
const LONGEST_TASK_MS = 200;

/** What a viewer's page may hold more than before. */
const MOST_MEMORY = 60_000_000;

/**
 * On a quiet machine it takes seconds until each has got a segment from another. On a busy one a guard may pause sharing
 * for half a minute, or an uplink pass for too weak for a whole one (docs/sharing.md).
 */
const SHARING_SECONDS = 90;

const VIEWERS = 3;

interface Announced {
  info_hash: string;
  peer_id: string;
}

export class Arena {
  readonly shoal: Shoal;
  readonly viewers: readonly Viewer[];
  readonly target: Target;
  readonly #threads: MainThreads;
  /** Of each viewer, before anything was done to it: what its clock is off, the memory that it holds, and its stalls. */
  readonly #offsets: readonly (number | null)[];
  readonly #memory: readonly number[];
  readonly #stalls: readonly number[];

  private constructor(
    shoal: Shoal,
    viewers: readonly Viewer[],
    target: Target,
    threads: MainThreads,
    offsets: readonly (number | null)[],
    memory: readonly number[],
    stalls: readonly number[],
  ) {
    this.shoal = shoal;
    this.viewers = viewers;
    this.target = target;
    this.#threads = threads;
    this.#offsets = offsets;
    this.#memory = memory;
    this.#stalls = stalls;
  }

  static async open(browser: Browser): Promise<Arena> {
    // Open, so that a hostile peer may take any id; what else a ticket keeps away is in test/stack/attacks.test.ts.
    const shoal = await startStack({ isOpenTracker: true });
    const viewers: Viewer[] = [];
    try {
      await until(
        "the stream is on the air",
        async () => (await playlistSeconds(shoal).catch(() => 0)) >= 10,
      );
      const announced: Announced[] = [];
      for (let seat = 0; seat < VIEWERS; seat += 1) {
        const viewer = await Viewer.open(browser, shoal.url, { onAnnounce: (one) => announced.push(one) });
        viewers.push(viewer);
        await viewer.plays();
        await viewer.unfoldPanel();
        await viewer.watchPicture();
      }
      await untilAllMet(viewers);
      const threads = await MainThreads.watch(
        browser,
        viewers.map(({ page }) => page),
      );
      await Promise.all(viewers.map((viewer) => viewer.takeHealth()));
      const offsets: (number | null)[] = [];
      await until("everyone's clock was read", async () => {
        const seen = await Promise.all(viewers.map((viewer) => viewer.takeHealth()));
        for (const [seat, { firstOffset }] of seen.entries()) offsets[seat] ??= firstOffset;
        return viewers.every((_, seat) => offsets[seat] != null);
      });
      const target = await targetIn(shoal, announced);
      const memory = await Promise.all(viewers.map((viewer) => viewer.memoryBytes({ isCollected: true })));
      const stats = await Promise.all(viewers.map((viewer) => viewer.stats()));
      const stalls = stats.map((one) => one.stalls);
      return new Arena(shoal, viewers, target, threads, offsets, memory, stalls);
    } catch (error) {
      await Promise.all(viewers.map((viewer) => viewer.close()));
      await shoal.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#threads.stop();
    await Promise.all(this.viewers.map((viewer) => viewer.close()));
    await this.shoal.stop();
  }

  /**
   * Nobody is hurt while this is done, nor was since the last time: what a peer gave is played some seconds later.
   */
  async unharmedBy<Result>(what: () => Promise<Result>): Promise<Result> {
    const watch = new AbortController();
    const memory = this.#watchMemory(watch.signal);
    const result = await what().finally(() => watch.abort());
    for (const [seat, health] of (await this.#takeHealths()).entries()) this.#expectHealthy(health, seat);
    const stats = await Promise.all(this.viewers.map((viewer) => viewer.stats()));
    expect(
      stats.map(({ stalls }) => stalls),
      "stalls",
    ).toEqual(this.#stalls);
    expect(await memory, "bytes held more than before").toBeLessThan(MOST_MEMORY);
    expect(this.viewers.flatMap(({ crashes }) => crashes)).toEqual([]);
    return result;
  }

  async everyonesPeersAre(count: number): Promise<boolean> {
    return (await peersOf(this.viewers)).every((peers) => peers === count);
  }

  /** What each viewer got from peers until now. */
  async bytesFromPeers(): Promise<number[]> {
    const stats = await Promise.all(this.viewers.map((viewer) => viewer.stats()));
    return stats.map((one) => one.bytesFromPeers);
  }

  /** Each viewer gets segments from the others. */
  async untilEachGetsFromPeers(withinSeconds = SHARING_SECONDS): Promise<void> {
    const before = await this.bytesFromPeers();
    await until(
      "each viewer got a segment from another",
      async () => (await this.bytesFromPeers()).every((bytes, seat) => bytes > (before[seat] ?? 0) + 50_000),
      withinSeconds,
    ).catch(async (error) => {
      throw new Error(`${error}\n${await this.diagnosis()}`);
    });
  }

  /** What tells why a viewer doesn't share: a line for each. */
  async diagnosis(): Promise<string> {
    const [bytes, pauses] = [await this.bytesFromPeers(), await this.pauses()];
    const memories = await Promise.all(
      this.viewers.map(({ page }) => page.evaluate<string>("JSON.stringify(localStorage)")),
    );
    return this.viewers
      .map((_, seat) => `${bytes[seat]} bytes from peers; ${pauses[seat] || "not paused"}; ${memories[seat]}`)
      .join("\n");
  }

  /** What each viewer reads of why sharing is paused. */
  pauses(): Promise<string[]> {
    return Promise.all(
      this.viewers.map(async ({ page }) => (await page.locator("#guard").textContent()) ?? ""),
    );
  }

  #takeHealths(): Promise<Health[]> {
    return Promise.all(this.viewers.map((viewer) => viewer.takeHealth()));
  }

  #expectHealthy({ frames, unreadable, firstOffset, spread, longTasks }: Health, seat: number): void {
    expect(frames, "frames whose clock was read").toBeGreaterThan(0);
    expect(unreadable / frames, "frames without a readable clock").toBeLessThan(0.1);
    const off = Math.abs((firstOffset ?? 0) - (this.#offsets[seat] ?? 0));
    expect(off, "the clock is off").toBeLessThan(CLOCK_SPREAD);
    expect(spread, "the clock jumps").toBeLessThan(CLOCK_SPREAD);
    const ran = longTasks.map(({ from, to }) => this.#threads.ranWithin(seat, from, to));
    expect(Math.max(0, ...ran), "milliseconds that the longest task ran").toBeLessThan(LONGEST_TASK_MS);
  }

  /** The most that any page holds more than before. Garbage counts for nothing, but is collected only when it matters. */
  async #watchMemory(signal: AbortSignal): Promise<number> {
    let most = 0;
    while (!signal.aborted) {
      for (const [seat, viewer] of this.viewers.entries()) {
        const before = this.#memory[seat] ?? 0;
        const isMuch = (await viewer.memoryBytes({ isCollected: false })) - before > MOST_MEMORY;
        if (isMuch) most = Math.max(most, (await viewer.memoryBytes({ isCollected: true })) - before);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return most;
  }
}

/** The video's swarm, which the viewers announced themselves to. */
async function targetIn(shoal: Shoal, announced: readonly Announced[]): Promise<Target> {
  const { channel, signatures } = (await (await fetch(`${shoal.url}config.json`)).json()) as Config;
  const [rendition = ""] = (await (await fetch(shoal.hlsUrl)).text()).match(/^[^#\n].*$/m) ?? [];
  const inVideo = announced.filter(({ peer_id }) => /^-SH\d\dsm-/.test(peer_id));
  return {
    channel,
    swarm: {
      tracker: shoal.trackerUrl,
      infoHash: hex(inVideo[0]?.info_hash ?? ""),
      playlist: new URL(rendition, shoal.hlsUrl).href,
      signatures: shoal.ticketedUrl + signatures.path,
      viewers: [...new Set(inVideo.map(({ peer_id }) => hex(peer_id)))],
    },
  };
}

function hex(binary: string): string {
  return Buffer.from(binary, "latin1").toString("hex");
}
