import { describe, expect, test } from "vitest";
import { keptReport, moment, NOW, sentReport } from "../../test/doubles/reports.ts";
import { idOf, read, written } from "./kept-report.ts";
import { parseReport } from "./report.ts";

const to = moment(NOW, { watchedMs: 59_000, stalls: 1, stalledMs: 400, bytesFromPeers: 7_000_000 });
const report = keptReport({
  from: moment(NOW - 60_000),
  to,
  number: 3,
  startMs: 812,
  delayMs: 6_500,
  guard: "takes-only",
  group: "control",
  errors: ["cdn-failing", "offline"],
  isLast: true,
});
const { viewer: _, where: __, probability: ___, ...told } = report;
const text = sentReport(report);
const parsed = (changes: Parameters<typeof keptReport>[0]) =>
  parseReport(sentReport({ ...report, ...changes }), NOW);

test("what a player writes is read as it was meant", () => {
  expect(parseReport(text, NOW)).toEqual(told);
});

test("a player of before the first frame has no start, no delay and no rendition", () => {
  const early = { startMs: null, delayMs: null, kilobitsPerSecond: null };
  expect(parsed(early)).toMatchObject(early);
});

test("who leaves early may report for others", () => {
  expect(parsed({ number: 0, standsFor: 64 })).toMatchObject({ standsFor: 64 });
  const early = { ...report, number: 0, standsFor: 64 };
  expect(read(written(early))).toEqual(early);
});

test("is kept in less than a kilobyte, and read as it was", () => {
  const worst = { ...report, errors: Array.from({ length: 10 }, () => "ticket-refused") };
  expect(idOf(worst).length + written(worst).length).toBeLessThan(1000);
  expect(read(written(report))).toEqual(report);
  const plain = keptReport({ from: moment(NOW), to: moment(NOW) });
  expect(read(written(plain))).toEqual(plain);
  const { player: _, group: __, ...before } = JSON.parse(written(plain));
  expect(read(JSON.stringify(before))).toEqual({ ...plain, player: "unknown" });
});

test("a report that is delivered again takes its own place, another doesn't", () => {
  expect(idOf({ ...report })).toBe(idOf(report));
  const others = [
    { number: 4 },
    { session: "87654321" },
    { viewer: "BAAAAAAAAA" },
    { to: moment(NOW + 60_000) },
  ];
  for (const other of others) expect(idOf({ ...report, ...other })).not.toBe(idOf(report));
});

describe("is refused", () => {
  test.each([
    ["nothing", ""],
    ["what is no structured field", "e=(t"],
    ["another version", text.replaceAll("v=2", "v=1")],
    ["a line of another session", text.replace('sid="12345678"', 'sid="87654321"')],
    ["a session's name of another shape", text.replaceAll('sid="12345678"', 'sid="x"')],
    ["a word where a count should be", text.replaceAll("dfa=0", 'dfa="0"')],
    ["a negative count", text.replaceAll("dfa=0", "dfa=-1")],
    ["a date where a count should be", text.replaceAll("dfa=0", "dfa=@1795286501")],
    ["a fraction", text.replaceAll("dfa=0", "dfa=0.5")],
    ["no count", text.replaceAll("dfa=0", "dfb=0")],
    ["a sentence as an error", text.replace("cdn-failing", "my name is")],
    ["more lines than a player writes", `${"e=t\n".repeat(25)}${text}`],
  ])("as malformed: %s", (_what, body) => {
    expect(parseReport(body, NOW)).toBe("malformed");
  });

  test.each([
    ["more time than passed", { to: moment(NOW, { watchedMs: 63_000 }) }],
    ["more stalls than one in a tenth of a second", { to: moment(NOW, { stalls: 7_000 }) }],
    ["more than 200 Mbit/s", { to: moment(NOW, { bytesToPeers: 1_600_000_000 }) }],
    ["counts that fall", { from: moment(NOW - 60_000, { freezes: 2 }), to }],
    ["an end before its beginning", { from: moment(NOW + 1) }],
    ["hours at once", { from: moment(NOW - 7_200_000) }],
    ["a start of an hour", { startMs: 3_600_000 }],
    ["a bit rate that no rendition has", { kilobitsPerSecond: 200_000 }],
    ["more peers than a browser has connections", { peers: 2_000 }],
    ["a number that no session reaches", { number: 20_000 }],
    ["one that stands for a thousand", { number: 0, standsFor: 1_000 }],
    ["one for early leavers that isn't the first", { standsFor: 64 }],
    ["one for early leavers of who stays", { number: 0, isLast: false, standsFor: 64 }],
  ])("as malformed: %s", (_what, changes) => {
    expect(parsed(changes)).toBe("malformed");
  });

  test("64 KB, before they are read", () => {
    expect(parseReport("x".repeat(65_536), NOW)).toBe("too-large");
  });

  test("what comes ten minutes late, or from a clock that is ahead", () => {
    expect(parseReport(text, NOW + 600_000)).toEqual(told);
    expect(parseReport(text, NOW + 600_001)).toBe("late");
    expect(parseReport(text, NOW - 60_001)).toBe("late");
  });
});

test("a player of before players said their names is unknown", () => {
  const before = text.replace(/,? ?live\.shoal-player=[^,\n]+/g, "");
  expect(before).not.toContain("player");
  expect(parseReport(before, NOW)).toMatchObject({ player: "unknown" });
});

test("who says nothing of a group, or another word, is in none", () => {
  expect(parseReport(text.replaceAll(/, ?live\.shoal-group=control/g, ""), NOW)).toMatchObject({
    group: "none",
  });
  expect(parseReport(text.replaceAll("group=control", "group=others"), NOW)).toMatchObject({ group: "none" });
});
