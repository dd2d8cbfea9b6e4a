import { describe, expect, test } from "vitest";
import { METRICS } from "../functions/insights/metrics.ts";
import { readTemplate } from "../local/template.ts";
import { readRequest } from "./cost/arguments.ts";
import {
  AUDIO_MEGABITS_PER_SECOND,
  channelHour,
  estimate,
  estimateIdleMonth,
  type Show,
  total,
} from "./cost/estimate.ts";
import { rawReports } from "./cost/insights.ts";
import { compareMonth } from "./cost/plans.ts";
import { countAlarmMetrics, renditionsOf } from "./cost/stack.ts";
import { itemTable, planTable } from "./cost/table.ts";

const SHOW: Show = {
  viewers: 1_000,
  hours: 1,
  megabitsPerSecond: 3,
  share: 0,
  renditions: [
    { height: 720, megabitsPerSecond: 3 },
    { height: 360, megabitsPerSecond: 0.8 },
  ],
  hasTwoPipelines: false,
  hasOriginShield: true,
};
const dollarsOf = (show: Show, what: string) => estimate(show).find((item) => item.what === what)?.dollars;

describe("the estimate", () => {
  test("charges 1,000 viewer-hours at 3 Mbit/s $115 of CloudFront traffic", () => {
    expect(dollarsOf(SHOW, "CloudFront traffic")).toBeCloseTo(114.75);
  });
  test("charges a single-pipeline channel of 1080p, 720p and two smaller outputs $2.41 an hour", () => {
    const renditions = [1080, 720, 480, 360].map((height) => ({ height, megabitsPerSecond: 0 }));
    const items = estimate({ ...SHOW, viewers: 0, renditions }).filter(({ what }) =>
      /^MediaLive (input|outputs)/.test(what),
    );
    expect(total(items)).toBeCloseTo(2.41, 2);
  });
  test("takes what viewers give each other off the traffic", () => {
    expect(dollarsOf({ ...SHOW, share: 0.8 }, "CloudFront traffic")).toBeCloseTo(0.2 * 114.75);
  });
  test("asks for segments less when viewers share, but for playlists as often", () => {
    const shared = { ...SHOW, share: 0.8 };
    expect(dollarsOf(shared, "CloudFront requests for segments")).toBeCloseTo(0.2 * 3.6);
    expect(dollarsOf(shared, "CloudFront requests for playlists")).toBeCloseTo(3.6);
  });
  test("runs the edge function for each playlist, segment, ticket and look at the event, and charges these", () => {
    expect(dollarsOf(SHOW, "CloudFront function at the edge")).toBeCloseTo(0.1 * 7.78);
    expect(dollarsOf({ ...SHOW, share: 1 }, "CloudFront function at the edge")).toBeCloseTo(0.1 * 4.18);
    expect(dollarsOf(SHOW, "CloudFront requests for tickets")).toBeCloseTo(0.008);
    expect(dollarsOf(SHOW, "CloudFront requests for the event")).toBeCloseTo(0.554);
  });
  test("answers for the event page by cache, however many watch, and never more often than they ask", () => {
    const eventPage = (viewers: number) =>
      total(estimate({ ...SHOW, viewers }).filter(({ what }) => what.startsWith("Event page")));
    expect(eventPage(100_000)).toBe(eventPage(1_000));
    expect(eventPage(100_000)).toBeLessThan(0.01);
    expect(eventPage(1)).toBeLessThan(eventPage(100));
  });
  test("charges reports at most 5 cents for 1,000 viewer-hours, and no more for the largest audience", () => {
    const reports = (viewers: number) =>
      total(estimate({ ...SHOW, viewers }).filter(({ what }) => /^Insights|reports$/.test(what)));
    expect(reports(1_000)).toBeGreaterThan(0.03);
    expect(reports(1_000)).toBeLessThan(0.05);
    expect(reports(0)).toBe(0);
    const behindEdge = estimate({ ...SHOW, viewers: 1_000_000 }).filter(({ what }) =>
      /^Insights, (functions|table)/.test(what),
    );
    expect(total(behindEdge)).toBeLessThan(0.1);
    expect(reports(1_000_000) / 1_000).toBeLessThan(0.03);
  });
  test("charges metrics of what viewers got by the hour in which somebody watches", () => {
    expect(dollarsOf({ ...SHOW, hours: 2 }, "Insights, metrics")).toBeCloseTo(
      (2 * METRICS.length * 0.3) / 730,
    );
    expect(dollarsOf({ ...SHOW, viewers: 0 }, "Insights, metrics")).toBe(0);
  });
  test("charges raw reports a tenth of a cent for 1,000 viewer-hours, and half a cent an hour at most", () => {
    expect(total(rawReports(SHOW))).toBeGreaterThan(0.0005);
    expect(total(rawReports(SHOW))).toBeLessThan(0.0015);
    expect(total(rawReports({ ...SHOW, viewers: 1_000_000 }))).toBeLessThan(0.005);
    expect(total(rawReports({ ...SHOW, viewers: 0 }))).toBe(0);
  });
  test("charges the tracker to those who share, and only to them", () => {
    const tracker = (share: number) =>
      total(estimate({ ...SHOW, share }).filter(({ what }) => what.startsWith("Tracker")));
    expect(tracker(0)).toBe(0);
    expect(tracker(0.7)).toBeGreaterThan(0.15);
    expect(tracker(0.7)).toBeLessThan(0.25);
  });
  test("charges one request for signatures for each number that a viewer fetches, and one reading of the segments", () => {
    const shared = { ...SHOW, share: 0.7 };
    expect(dollarsOf(shared, "Signatures, requests to CloudFront")).toBeCloseTo(0.3 * 1.8);
    expect(dollarsOf(shared, "Signatures, segments read from MediaPackage")).toBe(
      dollarsOf(shared, "MediaPackage packaging"),
    );
    const ofSignatures = ({ what }: { what: string }) => /^Sign/.test(what);
    expect(total(estimate(SHOW).filter(ofSignatures))).toBe(0);
  });
  test("signatures are at most 2 % of the bill of 1,000 viewers who get 70 % from each other", async () => {
    for (const ladder of ["1080p", "720p"]) {
      const renditions = await renditionsOf(ladder);
      const megabitsPerSecond =
        AUDIO_MEGABITS_PER_SECOND + Math.max(...renditions.map((each) => each.megabitsPerSecond));
      const items = estimate({ ...SHOW, renditions, megabitsPerSecond, share: 0.7 });
      const signatures = items.filter(({ what }) => /^Sign/.test(what));
      expect(total(signatures) / total(items), ladder).toBeLessThan(0.02);
    }
  });
  test("doubles the encoding for two pipelines, and packages once", () => {
    const two = { ...SHOW, hasTwoPipelines: true };
    expect(dollarsOf(two, "MediaLive input")).toBeCloseTo(2 * (dollarsOf(SHOW, "MediaLive input") ?? 0));
    expect(dollarsOf(two, "MediaPackage packaging")).toBe(dollarsOf(SHOW, "MediaPackage packaging"));
  });
  test("charges the output of audio", () => {
    expect(dollarsOf(SHOW, "MediaLive output of audio")).toBeCloseTo(0.1);
  });
  test("charges requests to Origin Shield by cache and rendition, however many watch", () => {
    const most = 5 * 3600 * 3 * 1.5 * 0.75e-6;
    expect(dollarsOf(SHOW, "CloudFront requests to Origin Shield")).toBeCloseTo(most);
    const crowd = { ...SHOW, viewers: 100_000 };
    expect(dollarsOf(crowd, "CloudFront requests to Origin Shield")).toBeCloseTo(most);
  });
  test("never charges more requests to Origin Shield than viewers make", () => {
    const alone = dollarsOf({ ...SHOW, viewers: 1 }, "CloudFront requests to Origin Shield");
    expect(alone).toBeCloseTo(7200 * 0.75e-6);
  });
  test("without Origin Shield charges none of these, but packages once for each regional cache", () => {
    const bare = { ...SHOW, hasOriginShield: false };
    expect(dollarsOf(bare, "CloudFront requests to Origin Shield")).toBe(0);
    expect(dollarsOf(bare, "MediaPackage packaging")).toBeCloseTo(
      5 * (dollarsOf(SHOW, "MediaPackage packaging") ?? 0),
    );
    const alone = { ...bare, viewers: 1 };
    expect(dollarsOf(alone, "MediaPackage packaging")).toBe(dollarsOf(SHOW, "MediaPackage packaging"));
  });
  test("grows with the hours in every item", () => {
    const twice = estimate({ ...SHOW, share: 0.5, hours: 2 });
    for (const [index, item] of estimate({ ...SHOW, share: 0.5 }).entries()) {
      expect(twice[index]?.dollars, item.what).toBeCloseTo(2 * item.dollars);
    }
  });
  test("an empty channel's hour has no delivery and no tracker in it", () => {
    expect(channelHour(SHOW.renditions, false)).toBeCloseTo(
      0.294 + 0.702 + 0.354 + 0.1 + 0.03 * 1.7676 + 0.006,
      3,
    );
  });
  test("an idle month costs some dollars, most of them MediaLive's", async () => {
    const idle = total(estimateIdleMonth(0));
    // Looks of functions, most of them once a minute.
    expect(idle - 2 * 730 * 0.01).toBeCloseTo(0.136, 3);
    const metrics = await countAlarmMetrics();
    expect(total(estimateIdleMonth(metrics))).toBeCloseTo(idle + 0.1 * metrics);
  });
  test("an alarm counts with each metric that it reads", async () => {
    const alarms = (await readTemplate()).resourcesOf("AWS::CloudWatch::Alarm");
    const text = JSON.stringify(alarms.map(({ properties }) => properties.raw));
    expect(await countAlarmMetrics()).toBe(text.match(/"MetricName"/g)?.length);
  });
});

describe("a month by CloudFront's plans", () => {
  const named = (show: Show, name: string) =>
    compareMonth(show, 1).find((month) => month.name.startsWith(`${name},`)) ??
    expect.fail(`there is no ${name}`);
  const allowanceOf = (show: Show, name: string) => named(show, name).allowance;

  test("uses up requests first: 7,773 a viewer-hour without sharing", () => {
    expect(allowanceOf(SHOW, "Pro")?.binds).toBe("requests");
    expect(allowanceOf(SHOW, "Pro")?.used).toBeCloseTo(0.7773, 4);
    expect(allowanceOf(SHOW, "Pro")?.viewerHours).toBeCloseTo(10_000_000 / (7200 + 3600 / 6.5 + 19));
  });
  test("uses up fewer of them with sharing, but playlists and the event remain", () => {
    expect(allowanceOf({ ...SHOW, share: 0.7 }, "Pro")?.used).toBeCloseTo(
      (3600 + 3600 / 6.5 + 19 + 0.3 * (3600 + 1800)) / 10_000,
    );
  });
  test("uses up traffic first in the Free and the Premium plan", () => {
    expect(allowanceOf(SHOW, "Free")?.binds).toBe("traffic");
    expect(allowanceOf(SHOW, "Premium")?.binds).toBe("traffic");
  });
  test("costs the plan's price in place of all that CloudFront charges", () => {
    const others = total(
      estimate({ ...SHOW, hasOriginShield: false }).filter(({ what }) => !/^CloudFront/.test(what)),
    );
    expect(named(SHOW, "Business").dollars).toBeCloseTo(200 + others);
  });
  test("keeps Origin Shield where the plan includes it", () => {
    const others = total(estimate(SHOW).filter(({ what }) => !/^CloudFront/.test(what)));
    expect(named(SHOW, "Premium").dollars).toBeCloseTo(1000 + others);
  });
  test("has no price where the plan is too small", () => {
    expect(named({ ...SHOW, viewers: 2_000 }, "Pro").dollars).toBeNull();
  });
  test("counts every show of the month", () => {
    const [payAsYouGo, , free] = compareMonth(SHOW, 3);
    expect(payAsYouGo?.dollars).toBeCloseTo(3 * total(estimate(SHOW)));
    expect(free?.allowance?.used).toBeCloseTo(3 * (allowanceOf(SHOW, "Free")?.used ?? 0));
  });
  test("costs less by the account's free traffic and requests, but never less than the rest", () => {
    const [listed, free] = compareMonth(SHOW, 1);
    expect(free?.dollars).toBeCloseTo((listed?.dollars ?? 0) - 1000 * 0.085 - 7.772, 2);
    const [few, fewFree] = compareMonth({ ...SHOW, viewers: 10 }, 1);
    const requests = dollarsOf({ ...SHOW, viewers: 10 }, "CloudFront traffic") ?? 0;
    expect(fewFree?.dollars).toBeCloseTo((few?.dollars ?? 0) - requests - 0.0777);
  });
});

describe("the ladder", () => {
  test.each([
    ["1080p", [1080, 720, 360]],
    ["720p", [720, 360]],
    ["540p", [540, 270]],
  ])("%s has the renditions of the template", async (ladder, heights) => {
    expect((await renditionsOf(ladder)).map(({ height }) => height)).toEqual(heights);
  });
  test("that the template doesn't have is refused", async () => {
    await expect(renditionsOf("4k")).rejects.toThrow("must be one of 1080p, 720p, 540p");
  });
});

describe("the command's words", () => {
  const WORDS = {
    ...{ viewers: "100", hours: "1", share: "0.7", ladder: "720p", class: "STANDARD" },
    ...{ shows: "4", "origin-shield": "off" },
  };
  test("give numbers", () => {
    expect(readRequest({ ...WORDS, bitrate: "2.5" })).toMatchObject({
      viewers: 100,
      bitrate: 2.5,
      hasTwoPipelines: true,
      hasOriginShield: false,
      shows: 4,
    });
  });
  test("may give the share in per cent", () => {
    expect(readRequest({ ...WORDS, share: "70%" }).share).toBeCloseTo(0.7);
  });
  test.each([
    [{ viewers: "many" }, "--viewers"],
    [{ hours: "-1" }, "--hours"],
    [{ bitrate: "" }, "--bitrate"],
    [{ share: "1.5" }, "--share"],
    [{ class: "BEST" }, "--class"],
    [{ shows: "few" }, "--shows"],
    [{ "origin-shield": "maybe" }, "--origin-shield"],
  ])("%o are refused by name", (wrong, option) => {
    expect(() => readRequest({ ...WORDS, ...wrong })).toThrow(option);
  });
});

test("the table leaves out what costs nothing and ends with the sum", () => {
  const lines = itemTable([
    { what: "a", quantity: 2, unit: "hours", dollars: 1.5 },
    { what: "b", quantity: 0, unit: "GB", dollars: 0 },
    { what: "c", quantity: 12_345, unit: "requests", dollars: 0.0025 },
  ]).split("\n");
  expect(lines).toEqual([
    "a              2 hours    $1.50",
    "c      12,345 requests  $0.0025",
    "Total                     $1.50",
  ]);
});

test("the table of plans says what a month costs with and without sharing, and which plan is too small", () => {
  const shared = compareMonth({ ...SHOW, share: 0.7 }, 4);
  const lines = planTable(shared, compareMonth(SHOW, 4)).split("\n");
  expect(lines[0]).toMatch(/^ +shared +used +viewer-hours +plain HLS +used +viewer-hours$/);
  expect(lines.find((line) => line.startsWith("Pro, $15"))).toMatch(
    /^Pro, \$15 \* +too small +232 % of requests +1,726 +too small +311 % of requests +1,286$/,
  );
  expect(lines.find((line) => line.startsWith("Business"))).toMatch(/^Business, \$200 +\$2\d\d\.\d\d /);
  expect(lines.at(-1)).toMatch(/^Business/);
});

test("the table of plans shows them all where none is large enough", () => {
  const crowd = compareMonth({ ...SHOW, viewers: 10_000_000 }, 4);
  expect(planTable(crowd, crowd).split("\n")).toHaveLength(crowd.length + 1);
});
