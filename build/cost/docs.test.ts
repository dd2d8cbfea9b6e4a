import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { AUDIO_MEGABITS_PER_SECOND, estimate, estimateIdleMonth, type Show, total } from "./estimate.ts";
import { compareMonth, type PlannedMonth } from "./plans.ts";
import { countAlarmMetrics, renditionsOf } from "./stack.ts";

/** The pages' figures are those of `npm run cost` at its defaults. */
const renditions = await renditionsOf("720p");
const best = Math.max(...renditions.map(({ megabitsPerSecond }) => megabitsPerSecond));
const show: Show = {
  viewers: 0,
  hours: 1,
  megabitsPerSecond: best + AUDIO_MEGABITS_PER_SECOND,
  share: 0.7,
  renditions,
  hasTwoPipelines: false,
  hasOriginShield: true,
};

const page = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const rowOf = (name: string, first: string) =>
  page(name)
    .split("\n")
    .find((line) => line.startsWith(`| ${first} | `) && line.includes("$"));
const cents = (dollars: number) =>
  `$${dollars.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const whole = (dollars: number) => `$${Math.round(dollars).toLocaleString("en")}`;
const count = (viewers: number) => viewers.toLocaleString("en");

test.each([0, 100, 1_000, 10_000])("docs/deploy.md tells what an hour for %i viewers costs", (viewers) => {
  const [shared, plain] = [0.7, 0].map((share) => cents(total(estimate({ ...show, viewers, share }))));
  const who = viewers === 0 ? "on the air, nobody watching" : `${count(viewers)} viewers`;
  expect(rowOf("docs/deploy.md", who)).toBe(`| ${who} | ${shared} | ${plain} |`);
});

test.each([100, 1_000, 10_000])("README tells what a month of shows for %i viewers costs", (viewers) => {
  const [plain, shared] = [0, 0.7].map((share) => compareMonth({ ...show, viewers, hours: 2, share }, 4));
  const goes = [plain, shared].map((months) => whole(months?.[0]?.dollars ?? 0));
  const plans = [plain, shared].map((months) => cheapestPlan(months ?? []));
  expect(rowOf("README.md", count(viewers))).toBe(`| ${[count(viewers), ...goes, ...plans].join(" | ")} |`);
});

test("both tell what a stack costs that stands idle, and one on the air", async () => {
  const idle = cents(total(estimateIdleMonth(await countAlarmMetrics())));
  const onAir = cents(total(estimate(show)));
  expect(page("README.md")).toContain(`about ${idle} a month standing idle, ${onAir} an hour on the air`);
  expect(page("docs/deploy.md")).toContain(`a stack costs about ${idle} a month`);
});

test("docs/deploy.md tells what the other ladders cost on the air", async () => {
  const [least, most] = await Promise.all(
    ["540p", "1080p"].map(async (ladder) =>
      cents(total(estimate({ ...show, renditions: await renditionsOf(ladder) }))),
    ),
  );
  expect(page("docs/deploy.md").replaceAll("\n", " ")).toContain(
    `the 540p ladder costs ${least} an hour, 1080p ${most}`,
  );
});

/** Of those that take the template's distribution. */
function cheapestPlan(months: readonly PlannedMonth[]): string {
  const enough = months.filter(
    ({ dollars, allowance, isForTemplate }) => dollars !== null && allowance && isForTemplate,
  );
  const [least] = enough.toSorted((a, b) => (a.dollars ?? 0) - (b.dollars ?? 0));
  return `${whole(least?.dollars ?? 0)} ${least?.name.split(",")[0]}`;
}
