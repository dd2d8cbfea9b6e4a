import { expect, it } from "vitest";
import { line } from "./access-lines.ts";
import type { PipeCounters } from "./line-rows.ts";
import type { RunRecord } from "./outcome.ts";
import { partOf, twice } from "./side-by-side.ts";
import { weakUplinks } from "./worst-scenarios.ts";

const scenario = weakUplinks({ viewers: 3, measured: { from: 10, to: 40 } });

it("doubles homes and lines", () => {
  expect(twice(scenario).routers).toEqual([...scenario.routers, ...scenario.routers]);
});

it("lets each home's twin enter, and each line's twin change, at the same time", () => {
  const changed = line(1_000, 100);
  const events = [
    { at: 0, does: "enter", home: 2 },
    { at: 5, does: "change-line", router: 1, line: changed },
    { at: 6, does: "cdn-fails" },
  ] as const;
  expect(twice({ ...scenario, events }).events).toEqual([
    { at: 0, does: "enter", home: 2 },
    { at: 0, does: "enter", home: 5 },
    { at: 5, does: "change-line", router: 1, line: changed },
    { at: 5, does: "change-line", router: 4, line: changed },
    { at: 6, does: "cdn-fails" },
  ]);
});

it("refuses homes without routers", () => {
  expect(() => twice({ ...scenario, flatHomes: 1 })).toThrow("can't be doubled");
});

it("finds what belongs to each half, numbered as if it were alone", () => {
  const counters = (udpBytes: number): PipeCounters => ({
    frames: 0,
    udpBytes,
    tcpBytes: 0,
    dropped: 0,
    lost: 0,
    largestQueueMs: 0,
    largestLatenessMs: 0,
  });
  const visit = { openedAt: 0, leftAt: null, report: null };
  const fetch = { path: "/v0/1.m4s", at: 1, status: 200, bytes: 1 };
  const record: RunRecord = {
    span: { from: 0, to: 1 },
    // Home 1 left and came again.
    visits: [
      { ...visit, home: 1, number: 1 },
      { ...visit, home: 0, number: 0 },
      { ...visit, home: 1, number: 2 },
    ],
    fetched: [0, 1, 2].map((viewer) => ({ ...fetch, viewer })),
    listedAt: [["/v0/1.m4s", 1]],
    pipes: { "r0-up": counters(1), "r0-down": counters(2), "r1-up": counters(3), "r1-down": counters(4) },
    pings: [
      { ms: [40], lost: 0 },
      { ms: [50], lost: 1 },
    ],
    machine: { busy: 0.5, homes: [0.1, 0.2], loadAverage: 1, processors: 2 },
  };
  const second = { from: 1, to: 2 };
  expect(partOf(record, { homes: second, routers: second })).toEqual({
    ...record,
    visits: [
      { ...visit, home: 0, number: 1 },
      { ...visit, home: 0, number: 2 },
    ],
    fetched: [1, 2].map((viewer) => ({ ...fetch, viewer })),
    pipes: { "r0-up": counters(3), "r0-down": counters(4) },
    pings: [{ ms: [50], lost: 1 }],
    machine: { ...record.machine, homes: [0.2] },
  });
});
