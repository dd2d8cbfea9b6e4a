/** The lab's table, and the figures that are held against bounds. */

import { atMost, type Figure } from "../measurement.ts";
import { median } from "../swarm/measure.ts";
import type { Outcome } from "./outcome.ts";
import type { Scenario } from "./scenario.ts";

/** The runs of one scenario. */
export interface Compared {
  readonly scenario: Scenario;
  readonly on: readonly Outcome[];
  readonly off: readonly Outcome[];
}

/** By how much sharing may lengthen what other traffic waits. */
const MOST_ADDED_PING_MS = 50;

/** One ping in two hundred is lost by chance. */
const LEAST_LOSS_TOLD = 0.005;

/** From here on a page's own delay passes for a freeze, and the run should be made again. */
const MOST_LATE_MS = 400;

const HEADINGS = [
  "homes",
  "copies",
  "freezes on",
  "freezes off",
  "ping p95 on",
  "ping p95 off",
  "first frame on",
  "first frame off",
  "delay on",
  "delay off",
  "played on",
  "played off",
  "machine on, off: busy, load, worst delay of a page or line",
];

/** A row for each scenario: medians, and behind them all values if there are several. */
export function tableOf(all: readonly Compared[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    row(HEADINGS),
    row(HEADINGS.map(() => "---")),
    ...all.map((compared) => row(cellsOf(compared))),
  ].join("\n");
}

function cellsOf({ scenario, on, off }: Compared): string[] {
  const both = (cell: (runs: readonly Outcome[]) => string) => [cell(on), cell(off)];
  return [
    scenario.title,
    valuesOf(
      on,
      ({ copies }) => copies,
      (value) => value.toFixed(2),
    ),
    ...both(freezesOf),
    ...both(pingOf),
    ...both(firstFrameOf),
    ...both((runs) => valuesOf(runs, ({ delaySeconds }) => delaySeconds, seconds)),
    ...both((runs) => valuesOf(runs, ({ playedShare }) => playedShare, percent)),
    both(machineOf).join("; "),
  ];
}

/** What is never answered has no round trip, so the percentile alone would praise a line that drops. */
function pingOf(runs: readonly Outcome[]): string {
  const p95 = valuesOf(runs, ({ pingP95Ms }) => pingP95Ms, milliseconds);
  const isLossy = runs.some(({ pingsLost }) => pingsLost >= LEAST_LOSS_TOLD);
  return isLossy ? `${p95}, ${valuesOf(runs, ({ pingsLost }) => pingsLost, percent)} lost` : p95;
}

function firstFrameOf(runs: readonly Outcome[]): string {
  const ofSession = valuesOf(runs, ({ firstFrameSeconds }) => firstFrameSeconds, seconds);
  const ofPage = valuesOf(runs, (run) => run.firstFrameFromOpeningSeconds, seconds);
  return `${ofSession}; from opening ${ofPage}`;
}

/** By which it can be told whether a freeze was the machine's. */
function machineOf(runs: readonly Outcome[]): string {
  const busy = valuesOf(runs, (run) => run.busy, percent);
  const load = valuesOf(
    runs,
    ({ loadAverage }) => loadAverage,
    (value) => value.toFixed(1),
  );
  const late = ({ longestHangMs, emulatorLateMs }: Outcome) => Math.max(longestHangMs, emulatorLateMs);
  const cells = [busy, load, valuesOf(runs, late, milliseconds)];
  return runs.some((run) => late(run) > MOST_LATE_MS)
    ? [...cells, "**too busy**"].join(", ")
    : cells.join(", ");
}

function freezesOf(runs: readonly Outcome[]): string {
  if (runs.every(({ freezes }) => freezes === 0)) return "none";
  const count = valuesOf(
    runs,
    ({ freezes }) => freezes,
    (value) => `${value}`,
  );
  const homes = Math.max(...runs.map(({ viewersThatFroze }) => viewersThatFroze));
  const frozen = valuesOf(runs, ({ freezeSeconds }) => freezeSeconds, seconds);
  const starved = valuesOf(runs, ({ starvedSeconds }) => starvedSeconds, seconds);
  return `${count} in ${homes} homes, ${frozen}; run dry ${starved}`;
}

/** What sharing promises: no freeze that wouldn't be without it, and nobody's other traffic notices it. */
export function figuresOf({ scenario, on, off }: Compared): Figure[] {
  const freezeSeconds = (runs: readonly Outcome[]) => median(runs.map((run) => run.freezeSeconds));
  const ping = (runs: readonly Outcome[]) => median(runs.map(({ pingP95Ms }) => pingP95Ms));
  const { name, mostCopies } = scenario;
  return [
    atMost(`${name}: freezes`, freezeSeconds(on), freezeSeconds(off), seconds),
    atMost(`${name}: ping p95`, ping(on), ping(off) + MOST_ADDED_PING_MS, milliseconds),
    ...(mostCopies === undefined
      ? []
      : [
          atMost(`${name}: copies`, median(on.map(({ copies }) => copies)), mostCopies, (value) =>
            value.toFixed(2),
          ),
        ]),
  ];
}

function valuesOf(
  runs: readonly Outcome[],
  pick: (run: Outcome) => number | null,
  format: (value: number) => string,
): string {
  const values = runs.map(pick);
  const known = values.filter((value) => value !== null);
  const one = (value: number | null) => (value === null ? "never" : format(value));
  // Never is longer than any time.
  const middle = known.length * 2 <= values.length ? null : median(known);
  return values.length === 1 ? one(middle) : `${one(middle)} (${values.map(one).join(", ")})`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}
