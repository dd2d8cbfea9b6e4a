/** Three viewers, and a signer that is away, wrong or slow: they play on, give nothing that isn't signed, and recover. */

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inBrowser } from "../browser/in-browser.ts";
import { until } from "../browser/until.ts";
import { Arena } from "./arena.ts";

/** What was signed before is shared for so long. */
const SETTLING_SECONDS = 10;

const WATCHED_SECONDS = 6;

inBrowser("three viewers, and a signer that fails", (browser) => {
  let arena: Arena;

  beforeAll(async () => {
    arena = await Arena.open(browser);
  });

  afterAll(async () => {
    await arena?.close();
  });

  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  /** What viewers get from each other while nothing new can have been signed for a while. */
  async function sharedMeanwhile(): Promise<number> {
    await wait(SETTLING_SECONDS * 1000);
    const before = sum(await arena.bytesFromPeers());
    await wait(WATCHED_SECONDS * 1000);
    return sum(await arena.bytesFromPeers()) - before;
  }

  async function recover(): Promise<void> {
    await arena.untilEachGetsFromPeers(20);
    await until(
      "nobody misses signatures",
      async () => (await arena.pauses()).every((one) => one === ""),
      20,
    );
  }

  test("away: they play from the CDN, give nothing, say so, and share again when it is back", async () => {
    const { down } = arena.shoal.faults.signer;
    await arena.unharmedBy(async () => {
      await down.begin();
      expect(await sharedMeanwhile()).toBe(0);
      expect((await arena.pauses()).join()).toContain("signatures can't be reached");
      await down.end();
      await recover();
    });
  });

  test("wrong: nobody gives what doesn't verify, and nobody is dropped for it", async () => {
    const { wrong } = arena.shoal.faults.signer;
    await arena.unharmedBy(async () => {
      await wrong.begin();
      expect(await sharedMeanwhile()).toBe(0);
      await wrong.end();
      await recover();
    });
    expect(await arena.everyonesPeersAre(2)).toBe(true);
  });

  test("slow: what is given is late, what is played isn't", async () => {
    const { slow } = arena.shoal.faults.signer;
    await arena.unharmedBy(async () => {
      await slow.begin();
      await wait((SETTLING_SECONDS + WATCHED_SECONDS) * 1000);
      await slow.end();
      await recover();
    });
  });
});
