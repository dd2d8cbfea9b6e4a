import { expect, test } from "vitest";
import type { KeptReport } from "../../functions/insights/kept-report.ts";
import { Chance } from "../chance.ts";
import { observe, worst } from "./audience.ts";
import { evening, rush } from "./visit.ts";

const crowd = async (early: number) => {
  const chance = new Chance(7);
  const seconds = 420;
  const visits = rush({ viewers: 30_000, withinSeconds: 2, early, earlySeconds: 40, seconds }, chance);
  const { reports } = await observe(visits, { seconds, chance });
  // In the last two minutes all leave: everybody's last report comes on top (pace.ts).
  return reports.slice(0, seconds - 120);
};

test("30,000 viewers who come within two seconds make at most some 50 reports a second, whether they stay or not", async () => {
  expect(worst(await crowd(0), 10)).toBeLessThan(55);
  expect(worst(await crowd(0.2), 10)).toBeLessThan(55);
}, 60_000);

test("a small audience reports whole: each once in four minutes, and when it leaves", async () => {
  const chance = new Chance(7);
  const visits = evening(100, 1_800, chance);
  const kept: KeptReport[] = [];
  const { leastProbability } = await observe(visits, {
    seconds: 1_800,
    chance,
    keep: (report) => kept.push(report),
  });
  expect(leastProbability).toBe(1);
  expect(kept.filter(({ isLast }) => isLast)).toHaveLength(100);
  expect(kept.every(({ standsFor }) => standsFor === 1)).toBe(true);
});
