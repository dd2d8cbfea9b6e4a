import { describe, expect, test } from "vitest";
import { readRequest } from "./cost/arguments.ts";
import { channelHour, estimate, estimateIdleMonth, type Show, total } from "./cost/estimate.ts";
import { countAlarms, renditionsOf } from "./cost/stack.ts";
import { table } from "./cost/table.ts";

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
};
const dollarsOf = (show: Show, what: string) => estimate(show).find((item) => item.what === what)?.dollars;

describe("the estimate", () => {
  test("charges 1,000 viewer-hours at 3 Mbit/s $115 of CloudFront traffic", () => {
    expect(dollarsOf(SHOW, "CloudFront traffic")).toBeCloseTo(114.75);
  });
  test("charges a single-pipeline channel of 1080p, 720p and two smaller outputs $2.41 an hour", () => {
    const renditions = [1080, 720, 480, 360].map((height) => ({ height, megabitsPerSecond: 0 }));
    const items = estimate({ ...SHOW, viewers: 0, renditions }).filter(({ what }) =>
      what.startsWith("MediaLive"),
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
  test("runs the edge function for each playlist, segment and ticket, and charges tickets", () => {
    expect(dollarsOf(SHOW, "Edge function")).toBeCloseTo(0.1 * 7.208);
    expect(dollarsOf({ ...SHOW, share: 1 }, "Edge function")).toBeCloseTo(0.1 * 3.608);
    expect(dollarsOf(SHOW, "CloudFront requests for tickets")).toBeCloseTo(0.008);
  });
  test("charges the tracker to those who share, and only to them", () => {
    const tracker = (share: number) =>
      total(estimate({ ...SHOW, share }).filter(({ what }) => what.startsWith("Tracker")));
    expect(tracker(0)).toBe(0);
    expect(tracker(0.7)).toBeGreaterThan(0.15);
    expect(tracker(0.7)).toBeLessThan(0.25);
  });
  test("doubles the encoding for two pipelines, and packages once", () => {
    const two = { ...SHOW, hasTwoPipelines: true };
    expect(dollarsOf(two, "MediaLive input")).toBeCloseTo(2 * (dollarsOf(SHOW, "MediaLive input") ?? 0));
    expect(dollarsOf(two, "MediaPackage packaging")).toBe(dollarsOf(SHOW, "MediaPackage packaging"));
  });
  test("grows with the hours in every item", () => {
    const twice = estimate({ ...SHOW, share: 0.5, hours: 2 });
    for (const [index, item] of estimate({ ...SHOW, share: 0.5 }).entries()) {
      expect(twice[index]?.dollars, item.what).toBeCloseTo(2 * item.dollars);
    }
  });
  test("an empty channel's hour has no delivery and no tracker in it", () => {
    expect(channelHour(SHOW.renditions, false)).toBeCloseTo(0.294 + 0.702 + 0.354 + 0.03 * 1.7676, 3);
  });
  test("an idle month costs some dollars, most of them MediaLive's", async () => {
    expect(total(estimateIdleMonth(await countAlarms()))).toBeCloseTo(15.1, 1);
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
  const WORDS = { viewers: "100", hours: "1", share: "0.7", ladder: "720p", class: "STANDARD" };
  test("give numbers", () => {
    expect(readRequest({ ...WORDS, bitrate: "2.5" })).toMatchObject({
      viewers: 100,
      bitrate: 2.5,
      hasTwoPipelines: true,
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
  ])("%o are refused by name", (wrong, option) => {
    expect(() => readRequest({ ...WORDS, ...wrong })).toThrow(option);
  });
});

test("the table leaves out what costs nothing and ends with the sum", () => {
  const lines = table([
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
