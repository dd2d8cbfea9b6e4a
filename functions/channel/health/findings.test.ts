import { describe, expect, test } from "vitest";
import { GOOD_MINUTE, NOT_MEASURED } from "../../../test/doubles/input-minute.ts";
import { findingsIn } from "./findings.ts";
import type { InputMinute, Range } from "./minutes.ts";

const WANTED = { megabitsPerSecond: 3, framesPerSecond: 30, height: 720 };

const range = (least: number, most = least): Range => ({ least, most });
/** As the laptop's encoder measures it. */
const GOOD: Omit<InputMinute, "minute"> = {
  ...GOOD_MINUTE,
  keyframeSeconds: range(2),
  openKeyframes: 0,
  audioFramesPerSecond: range(46, 47),
  clippedPercent: 0,
  audioAheadSeconds: range(-0.03, 0.02),
  pictureHeight: 720,
  profile: 100,
};
const SILENT: Partial<InputMinute> = {
  megabitsPerSecond: range(0),
  framesPerSecond: range(0),
  ...NOT_MEASURED,
};

/** Minutes of a good broadcast, with what is different in each of the last ones. */
function broadcast(...last: readonly Partial<InputMinute>[]): InputMinute[] {
  const all = [...Array<Partial<InputMinute>>(5).fill({}), ...last];
  return all.map((different, minute) => ({ ...GOOD, ...different, minute }));
}
const throughout = (different: Partial<InputMinute>) =>
  broadcast().map((each) => ({ ...each, ...different }));
const found = (minutes: readonly InputMinute[], wanted = WANTED, ...alerts: readonly string[]) =>
  findingsIn(
    minutes,
    wanted,
    alerts.map((type) => ({ type, message: "Why" })),
  );
const kinds = (minutes: readonly InputMinute[], ...alerts: readonly string[]) =>
  found(minutes, WANTED, ...alerts).map(({ kind, severity }) => `${severity}: ${kind}`);

test("nothing is found in a good broadcast, nor in one that has only begun", () => {
  expect(kinds(broadcast())).toEqual([]);
  expect(kinds([])).toEqual([]);
  const arrival = { ...GOOD, megabitsPerSecond: range(0, 6), framesPerSecond: range(0, 30), minute: 3 };
  expect(kinds([{ ...GOOD, ...SILENT, minute: 2 }, arrival])).toEqual([]);
});

test("minutes may come in any order", () => {
  expect(kinds(broadcast(SILENT, SILENT, SILENT).toReversed())).toEqual(["error: nothing-comes-in"]);
});

describe("each rule finds its fault, and not the next best", () => {
  test("nothing comes in for three minutes; two may be CloudWatch's delay", () => {
    expect(kinds(broadcast(SILENT, SILENT, SILENT))).toEqual(["error: nothing-comes-in"]);
    expect(kinds(broadcast(SILENT, SILENT))).toEqual([]);
    expect(kinds(broadcast(SILENT, SILENT, SILENT, {}))).toEqual([]);
  });

  test("the input starves, and recovers", () => {
    const gap = { megabitsPerSecond: range(0, 6), filledSeconds: 2.25 };
    expect(kinds(broadcast(gap))).toEqual(["error: input-starves"]);
    expect(kinds(broadcast({ filledSeconds: 0.6 }, {}))).toEqual(["error: input-starves"]);
    expect(kinds(broadcast(gap, {}, {}))).toEqual(["info: input-recovered"]);
    expect(kinds(broadcast({ filledSeconds: 0.4 }))).toEqual([]);
    expect(found(broadcast(gap), WANTED)[0]?.measured).toContain("gaps of up to 2.3 s");
    const short = { megabitsPerSecond: range(0.01, 6) };
    expect(found(broadcast(short), WANTED)[0]?.measured).toContain("gaps of a second or more");
    expect(found(broadcast(gap, {}, {}, {}), WANTED)[0]?.measured).toContain("none for 3 minutes");
  });

  test("a bit rate that is too high", () => {
    expect(kinds(throughout({ megabitsPerSecond: range(11, 12) }))).toEqual(["warning: bit-rate-too-high"]);
    expect(kinds(throughout({ megabitsPerSecond: range(19, 21) }))).toEqual(["error: bit-rate-too-high"]);
    expect(kinds(throughout({ megabitsPerSecond: range(9, 10) }))).toEqual([]);
    const [far] = found(throughout({ megabitsPerSecond: range(19, 21) }), WANTED);
    expect(far?.measured).toBe("Up to 21 Mbit/s come in, and the channel takes 20.");
  });

  test("one that is too low", () => {
    expect(kinds(throughout({ megabitsPerSecond: range(1.2, 1.4) }))).toEqual(["warning: bit-rate-too-low"]);
    expect(kinds(throughout({ megabitsPerSecond: range(1.2, 1.5) }))).toEqual([]);
  });

  test("one that is unsteady: in two minutes of three", () => {
    const swing = { megabitsPerSecond: range(1, 6) };
    expect(kinds(broadcast(swing, swing))).toEqual(["warning: bit-rate-unsteady"]);
    expect(kinds(broadcast(swing, {}, swing))).toEqual(["warning: bit-rate-unsteady"]);
    expect(kinds(broadcast(swing))).toEqual([]);
    expect(kinds(broadcast({ megabitsPerSecond: range(2, 6) }, { megabitsPerSecond: range(2, 6) }))).toEqual(
      [],
    );
  });

  test("a frame rate that is too low, and no video at all", () => {
    expect(kinds(throughout({ framesPerSecond: range(24, 25) }))).toEqual(["warning: frame-rate-too-low"]);
    expect(kinds(throughout({ framesPerSecond: range(27) }))).toEqual([]);
    expect(kinds(throughout({ framesPerSecond: range(0), keyframeSeconds: null }))).toEqual([
      "error: no-video",
    ]);
  });

  test("one that is too high", () => {
    expect(kinds(throughout({ framesPerSecond: range(60) }))).toEqual(["info: frame-rate-too-high"]);
    expect(kinds(throughout({ framesPerSecond: range(36) }))).toEqual([]);
  });

  test("one that is unsteady", () => {
    const stutter = { framesPerSecond: range(20, 30) };
    expect(kinds(broadcast(stutter, stutter))).toEqual(["warning: frame-rate-unsteady"]);
    expect(kinds(broadcast({ framesPerSecond: range(24, 30) }, { framesPerSecond: range(24, 30) }))).toEqual(
      [],
    );
  });

  test("keyframes that are too rare, or irregular", () => {
    expect(kinds(throughout({ keyframeSeconds: range(8.3) }))).toEqual(["warning: keyframes-too-rare"]);
    expect(kinds(throughout({ keyframeSeconds: range(1.5, 3.8) }))).toEqual(["warning: keyframes-irregular"]);
    expect(kinds(throughout({ keyframeSeconds: range(4) }))).toEqual([]);
    expect(kinds(throughout({ keyframeSeconds: null }))).toEqual([]);
  });

  test("no audio; where nobody measures it, nothing is said", () => {
    expect(kinds(throughout({ audioFramesPerSecond: range(0) }))).toEqual(["error: no-audio"]);
    expect(kinds(throughout({ audioFramesPerSecond: null }))).toEqual([]);
    expect(kinds(broadcast({ audioFramesPerSecond: range(0) }))).toEqual([]);
  });

  test("frames that the channel's encoder leaves out", () => {
    expect(kinds(broadcast({ droppedFrames: 3 }, { droppedFrames: 4 }))).toEqual(["error: frames-dropped"]);
    expect(found(broadcast({ droppedFrames: 3 }), WANTED)[0]?.measured).toContain("left out 3 frames");
  });

  test("what MediaLive warns of, in its own words where no rule has others", () => {
    expect(kinds(broadcast(), "Failed to Write to Output")).toEqual(["warning: encoder-alerts"]);
    expect(found(broadcast(), WANTED, "A", "B", "C", "D")[0]?.measured).toBe(
      "MediaLive warns: A (Why), B (Why), C (Why).",
    );
    expect(kinds(broadcast(), "Video Not Detected")).toEqual([]);
  });

  test("what only MediaLive's alerts tell, while something comes in", () => {
    const cloud = throughout(NOT_MEASURED);
    const silent = [SILENT, SILENT, SILENT];
    for (const [alert, finding] of [
      ["Audio Not Detected", "error: no-audio"],
      ["Initial Probe is Taking Longer Than Expected", "error: codec-refused"],
      ["Input Double-Publishing Detected", "error: publisher-turned-away"],
    ] as const) {
      expect(kinds(cloud, alert)).toEqual([finding]);
      expect(kinds(broadcast(...silent), alert)).toEqual(["error: nothing-comes-in"]);
    }
  });
});

describe("each rule about what the encoder sends finds its fault", () => {
  test("open GOPs", () => {
    expect(kinds(throughout({ openKeyframes: 1 }))).toEqual(["warning: open-gops"]);
    expect(kinds(broadcast({ openKeyframes: 1 }))).toEqual([]);
    expect(kinds(throughout({ openKeyframes: null }))).toEqual([]);
  });

  test("a picture that is too small, too large, or larger than the channel takes", () => {
    expect(kinds(throughout({ pictureHeight: 480 }))).toEqual(["warning: resolution-too-low"]);
    expect(kinds(throughout({ pictureHeight: 1080 }))).toEqual([]);
    const small = { ...WANTED, height: 540 };
    const large = throughout({ pictureHeight: 1080 });
    expect(found(large, small)).toMatchObject([
      { kind: "resolution-wastes", severity: "info", inObs: expect.stringContaining("960x540") },
    ]);
    expect(kinds(throughout({ pictureHeight: 1440 }))).toEqual(["error: resolution-too-high"]);
    expect(kinds(throughout({ pictureHeight: null }))).toEqual([]);
  });

  test("a profile that wastes bits, or has colours that nobody gets", () => {
    expect(kinds(throughout({ profile: 66 }))).toEqual(["info: codec-wastes"]);
    expect(kinds(throughout({ profile: 110 }))).toEqual(["warning: codec-wastes"]);
    expect(kinds(throughout({ profile: 77 }))).toEqual([]);
    expect(kinds(throughout({ profile: null }))).toEqual([]);
  });

  test("silence, in two minutes of three", () => {
    const silent = { audioDecibels: range(-100, -70) };
    expect(kinds(broadcast(silent, silent))).toEqual(["warning: audio-silent"]);
    expect(kinds(broadcast(silent))).toEqual([]);
    expect(kinds(throughout({ audioDecibels: range(-100, -50) }))).toEqual([]);
    expect(kinds(throughout({ audioDecibels: null }))).toEqual([]);
  });

  test("clipping, by samples, or by the level where nobody counts them", () => {
    expect(kinds(throughout({ clippedPercent: 12 }))).toEqual(["warning: audio-clips"]);
    expect(kinds(throughout({ clippedPercent: 3, audioDecibels: range(-9, 0) }))).toEqual([]);
    expect(kinds(throughout({ clippedPercent: null, audioDecibels: range(-9, 0) }))).toEqual([
      "warning: audio-clips",
    ]);
    expect(kinds(throughout({ clippedPercent: null, audioDecibels: null }))).toEqual([]);
    expect(found(throughout({ clippedPercent: 12.34 }), WANTED)[0]?.measured).toMatch(/^12\.3 %/);
  });

  test("audio that drifts, either way", () => {
    const drifting = (step: number) =>
      broadcast().map((minute, index) => ({ ...minute, audioAheadSeconds: range(index * step) }));
    expect(found(drifting(0.05), WANTED)).toMatchObject([
      { kind: "audio-drifts", measured: "The audio has moved 150 ms ahead of the video in 3 min." },
    ]);
    expect(found(drifting(-0.05), WANTED)[0]?.measured).toContain("150 ms behind the video");
    expect(kinds(drifting(0.02))).toEqual([]);
    expect(kinds(throughout({ audioAheadSeconds: range(0.5) }))).toEqual([]);
    expect(kinds(throughout({ audioAheadSeconds: null }))).toEqual([]);
  });
});

describe("each rule about who publishes, and what becomes of it, finds its fault", () => {
  test("another publisher, or the same again, within the last minutes", () => {
    expect(kinds(broadcast({ publishersArrived: 1 }))).toEqual(["warning: publisher-changed"]);
    expect(kinds(broadcast({ publishersArrived: 1 }, {}, {}, {}))).toEqual([]);
    expect(found(broadcast({ publishersArrived: 2 }, {}), WANTED)[0]?.measured).toContain("2 in turn came");
    const first = [
      { ...GOOD, ...SILENT, minute: 0 },
      { ...GOOD, publishersArrived: 1, minute: 1 },
    ];
    expect(kinds(first)).toEqual([]);
  });

  test("a second one that is turned away", () => {
    expect(kinds(broadcast({ publishersTurnedAway: 1 }, {}, {}))).toEqual(["warning: publisher-turned-away"]);
    expect(kinds(broadcast({ publishersTurnedAway: 1 }, {}, {}, {}))).toEqual([]);
    const often = found(broadcast({ publishersTurnedAway: 1 }, { publishersTurnedAway: 2 }), WANTED);
    expect(often[0]?.measured).toContain("3 times");
  });

  test("a codec that nobody can decode", () => {
    expect(kinds(broadcast({ codecsRefused: 1 }))).toEqual(["error: codec-refused"]);
    expect(kinds(broadcast({ ...SILENT, codecsRefused: 4 }, SILENT))).toEqual(["error: codec-refused"]);
  });

  test("playlists that stand still, for longer than metrics are late", () => {
    const still = { segments: 0 };
    expect(kinds(broadcast(still, still, still, still))).toEqual(["error: playlists-stale"]);
    expect(kinds(broadcast(still, still, still))).toEqual([]);
    expect(kinds(throughout({ segments: null }))).toEqual([]);
    expect(kinds(broadcast(...Array(4).fill({ ...SILENT, ...still })))).toEqual(["error: nothing-comes-in"]);
    expect(kinds([])).toEqual([]);
  });

  test("errors of the packager, and of the edge", () => {
    expect(kinds(broadcast({ outputErrors: 1 }))).toEqual(["error: packager-errors"]);
    expect(found(broadcast({ outputErrors: 3 }), WANTED)[0]?.measured).toContain("3 requests");
    expect(kinds(throughout({ edgeErrorPercent: 2.5 }))).toEqual(["error: edge-errors"]);
    expect(kinds(broadcast({ edgeErrorPercent: 50 }))).toEqual([]);
    expect(kinds(throughout({ edgeErrorPercent: null }))).toEqual([]);
  });
});

test("every finding says what was measured, what is right, and where to set it if that helps", () => {
  const faults = [
    broadcast(SILENT, SILENT, SILENT),
    throughout({ megabitsPerSecond: range(1, 21), filledSeconds: 3, framesPerSecond: range(10, 20) }),
    throughout({ keyframeSeconds: range(8), audioFramesPerSecond: range(0), droppedFrames: 1 }),
    throughout({ openKeyframes: 1, profile: 66, pictureHeight: 300, clippedPercent: 20, codecsRefused: 1 }),
    throughout({ audioDecibels: range(-90), publishersArrived: 1, publishersTurnedAway: 1 }),
    throughout({ segments: 0, outputErrors: 1, edgeErrorPercent: 5 }),
  ];
  for (const finding of faults.flatMap((minutes) =>
    found(minutes, WANTED, "A", "Input Double-Publishing Detected"),
  )) {
    expect(finding.measured).toMatch(/^[A-Z\d].*\.$/);
    expect(finding.recommended).toMatch(/^.*\.$/);
    const isOurs = /frames-dropped|encoder-alerts|stale|errors/.test(finding.kind);
    if (!isOurs) expect(finding.inObs).toMatch(/\.$/);
  }
});
