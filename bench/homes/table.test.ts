import { expect, it } from "vitest";
import type { Outcome } from "./outcome.ts";
import type { Scenario } from "./scenario.ts";
import { figuresOf, tableOf } from "./table.ts";

const scenario: Scenario = {
  name: "school",
  title: "a school",
  routers: [],
  events: [],
  measured: { from: 0, to: 1 },
  mostCopies: 1.3,
};

const fine: Outcome = {
  copies: 1,
  freezes: 0,
  freezeSeconds: 0,
  starvedSeconds: 0,
  viewersThatFroze: 0,
  pingP95Ms: 50,
  pingMedianMs: 42,
  pingsLost: 0,
  firstFrameSeconds: 0.5,
  firstFrameFromOpeningSeconds: 1,
  delaySeconds: 6,
  playedShare: 1,
  shareFromPeers: 0.8,
  medianWaitSeconds: 0,
  busy: 0.4,
  loadAverage: 1,
  longestHangMs: 10,
  emulatorLateMs: 1,
};
const frozen: Outcome = { ...fine, freezes: 3, freezeSeconds: 4.5, starvedSeconds: 4, viewersThatFroze: 2 };

function cells(on: readonly Outcome[], off: readonly Outcome[]): string[] {
  const row = tableOf([{ scenario, on, off }]).split("\n")[2] ?? "";
  return row.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, ""));
}

it("writes a single run without parentheses", () => {
  expect(cells([fine], [frozen]).slice(0, 6)).toEqual([
    "a school",
    "1.00",
    "none",
    "3 in 2 homes, 4.5 s; run dry 4.0 s",
    "50 ms",
    "50 ms",
  ]);
});

it("tells how many pings were lost, if more than a few", () => {
  expect(cells([{ ...fine, pingsLost: 0.194 }], [{ ...fine, pingsLost: 0.002 }]).slice(4, 6)).toEqual([
    "50 ms, 19 % lost",
    "50 ms",
  ]);
});

it("writes medians and all values of several runs", () => {
  const on = [fine, { ...fine, copies: 3 }, { ...fine, copies: 1.5 }];
  expect(cells(on, [fine, fine, fine])[1]).toBe("1.50 (1.00, 3.00, 1.50)");
});

it("says that a first frame never came", () => {
  const never = { ...fine, firstFrameSeconds: null };
  expect(cells([never], [fine])[6]).toBe("never; from opening 1.0 s");
  expect(cells([fine, never, fine], [fine])[6]).toMatch(/^0\.5 s \(0\.5 s, never, 0\.5 s\);/);
  expect(cells([never, never, fine], [fine])[6]).toMatch(/^never \(never, never, 0\.5 s\);/);
});

it("says so when the machine was too busy to judge the network", () => {
  expect(cells([fine], [{ ...fine, longestHangMs: 700 }]).at(-1)).toBe(
    "40 %, 1.0, 10 ms; 40 %, 1.0, 700 ms, **too busy**",
  );
});

it("has as many headings as cells", () => {
  const [headings = "", rule = "", row = ""] = tableOf([{ scenario, on: [fine], off: [fine] }]).split("\n");
  expect([headings, rule].map((text) => text.split("|").length)).toEqual(
    Array(2).fill(row.split("|").length),
  );
});

it("holds sharing to what is without it: freezes, ping and copies", () => {
  const holds = (on: Outcome, off: Outcome) =>
    figuresOf({ scenario, on: [on], off: [off] }).map(({ bound }) => bound?.holds);
  expect(holds(fine, fine)).toEqual([true, true, true]);
  expect(holds(frozen, fine)).toEqual([false, true, true]);
  expect(holds(frozen, { ...frozen, freezeSeconds: 9 })).toEqual([true, true, true]);
  expect(holds({ ...fine, pingP95Ms: 101 }, fine)).toEqual([true, false, true]);
  expect(holds({ ...fine, copies: 2 }, fine)).toEqual([true, true, false]);
});
