/**
 * Three honest viewers, and beside them hostile peers that join by the tracker: whatever these do, nobody sees another
 * picture, stalls, freezes or stops sharing. The signing key changes before the first attack.
 */

import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { inBrowser } from "../browser/in-browser.ts";
import { until } from "../browser/until.ts";
import type { AttackStatus } from "../pages/attack.ts";
import { Arena } from "./arena.ts";
import { HostilePage, randomName } from "./hostile-page.ts";

/** Sent as soon as a connection is open. */
const FLOODS = ["one command of 512 KB", "a flood of commands", "requests for everything at once"];

/** Sent to whoever asks for a segment. All attack at once: whom one of them disappoints may ask the next. */
const POISONS = [
  "garbage",
  "another segment's bytes",
  "an old segment under a new number",
  "a truncated segment",
  "an over-long segment",
  "the right bytes with a forged signature",
];

/** Whoever takes nothing from peers for a while, since its guard or its uplink says so, asks nobody who would disappoint. */
const DROPPING_SECONDS = 90;

inBrowser("three viewers, and hostile peers that send", (browser) => {
  let arena: Arena;
  let hostile: HostilePage;

  beforeAll(async () => {
    arena = await Arena.open(browser);
    hostile = await HostilePage.open(browser, arena.shoal.url, arena.target);
    arena.shoal.changeSigningKey();
  });

  afterEach(async () => {
    await hostile.leave();
    await until("only the honest ones are left", () => arena.everyonesPeersAre(2));
  });

  afterAll(async () => {
    await hostile?.close();
    await arena?.close();
  });

  const isDroppedByAll = ({ met, open }: AttackStatus) => met.length === 3 && open === 0;

  /** Waits until every viewer has met those who joined first, one for each of these attacks, and dropped them. */
  async function untilDropped(attacks: readonly string[], withinSeconds: number): Promise<AttackStatus[]> {
    const statuses = async () => (await hostile.statuses()).slice(0, attacks.length);
    await until(
      `everyone has dropped whoever sends ${attacks.join(", ")}`,
      async () => (await statuses()).every(isDroppedByAll),
      withinSeconds,
    ).catch(async (error) => {
      const left = (await statuses()).map((status, index) => `${attacks[index]}: ${JSON.stringify(status)}`);
      throw new Error([error, ...left, await arena.diagnosis()].join("\n"));
    });
    const dropped = await statuses();
    expect(dropped.flatMap(({ failures }) => failures)).toEqual([]);
    return dropped;
  }

  async function attackUntilDropped(
    attacks: readonly string[],
    withinSeconds: number,
  ): Promise<AttackStatus[]> {
    await hostile.joinOneAfterTheOther(attacks, 3);
    return untilDropped(attacks, withinSeconds);
  }

  test.each(FLOODS)("%s", async (flood) => {
    await arena.unharmedBy(() => attackUntilDropped([flood], 10));
  });

  test(POISONS.join("; "), async () => {
    const statuses = await arena.unharmedBy(() => attackUntilDropped(POISONS, DROPPING_SECONDS));
    for (const { askedBy, met } of statuses) expect(askedBy, "each viewer asked each of them").toEqual(met);
  });

  test("whoever was dropped comes back under another peer id with the same ticket, and meets nobody", async () => {
    const ticket = randomName().slice(0, 10);
    await arena.unharmedBy(async () => {
      await hostile.join(["one command of 512 KB"], () => `${ticket}aa`);
      await until("it is dropped", async () => (await hostile.statuses()).every(isDroppedByAll), 10);
      await hostile.leave();
      await hostile.join(["one command of 512 KB", "one command of 512 KB"], (index) =>
        index === 0 ? `${ticket}bb` : randomName(),
      );
      await until(
        "a stranger beside it meets all",
        async () => (await hostile.statuses())[1]?.met.length === 3,
      );
      await wait(500);
      expect((await hostile.statuses())[0]?.met).toEqual([]);
    });
  });

  test("whatever it was, each viewer goes on getting segments from the others", async () => {
    await arena.unharmedBy(() => arena.untilEachGetsFromPeers());
  });
});
