/**
 * Three honest viewers, and strangers who keep them waiting: who announce what they don't send, send a byte a second, or
 * open fifty connections. Nobody is hurt, and the viewers go on sharing.
 */

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { inBrowser } from "../browser/in-browser.ts";
import { until } from "../browser/until.ts";
import { Arena } from "./arena.ts";
import { HostilePage } from "./hostile-page.ts";

const WASTERS = ["nothing of what it announces", "one byte a second"];

inBrowser("three viewers, and strangers who keep them waiting", (browser) => {
  let arena: Arena;
  let hostile: HostilePage;

  beforeAll(async () => {
    arena = await Arena.open(browser);
    hostile = await HostilePage.open(browser, arena.shoal.url, arena.target);
  });

  afterEach(async () => {
    await hostile.leave();
    await until("only the honest ones are left", () => arena.everyonesPeersAre(2));
  });

  afterAll(async () => {
    await hostile?.close();
    await arena?.close();
  });

  test("fifty connections of one stranger: thirty are taken, and the honest ones go on sharing", async () => {
    await arena.unharmedBy(async () => {
      const connections = (count: number) => Array.from({ length: count }, () => "fifty connections");
      await hostile.joinOneAfterTheOther(connections(27), 3);
      await hostile.join(connections(23));
      await wait(2_000);
      await arena.untilEachGetsFromPeers();
      for (const viewer of arena.viewers) {
        const { peersNow } = await viewer.stats();
        expect(peersNow).toBeGreaterThan(20);
        expect(peersNow).toBeLessThanOrEqual(30);
      }
    });
  });

  test(WASTERS.join("; "), async () => {
    await arena.unharmedBy(async () => {
      await hostile.joinOneAfterTheOther(WASTERS, 3);
      await until(
        "everyone has dropped both",
        async () => (await hostile.statuses()).every(({ met, open }) => met.length === 3 && open === 0),
        90,
      );
      await arena.untilEachGetsFromPeers();
    });
  });
});
