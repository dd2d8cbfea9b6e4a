/** How often the studio's 95 % intervals contain what the groups truly have, over simulated audiences. */

import { clustersOf, type Part } from "../../functions/insights/clusters.ts";
import { comparisonOf, MEASURES, type Measure } from "../../functions/insights/comparison.ts";
import { Chance } from "../chance.ts";
import type { Visit } from "../insights/visit.ts";
import { visitsOf } from "./show.ts";

const SECONDS = 5_400;

export interface Coverage {
  readonly measure: Measure;
  /** Parts of the audiences, 0 to 1. */
  readonly sharing: number;
  readonly control: number;
  readonly difference: number;
}

/** `audiences` of as many viewers at a time, all of whose reports arrive; the truth is that of all of them together. */
export function coverageOf(viewers: number, audiences: number, seed: number): Coverage[] {
  const shows = Array.from({ length: audiences }, (_, index) =>
    visitsOf({ viewers, seconds: SECONDS, harm: null, troubles: 0 }, new Chance(seed + index)).map(partOf),
  );
  const inControl = (parts: readonly Part[]) => parts.filter(({ group }) => group === "control");
  // Sharing does nothing here, so both groups have the same truth, which all viewers together tell best.
  const everybody = shows.flat().map((part): Part => ({ ...part, group: "sharing" }));
  const truth = compared([...everybody, ...inControl(shows.flat())]);
  const comparisons = shows.map(compared);
  return MEASURES.map((measure) => {
    const expected = truth[measure].sharing?.value ?? Number.NaN;
    const part = (of: "sharing" | "control" | "difference", value: number) => {
      const estimates = comparisons.flatMap((each) => each[measure][of] ?? []);
      return (
        estimates.filter((each) => Math.abs(each.value - value) <= each.within).length / estimates.length
      );
    };
    return {
      measure,
      sharing: part("sharing", expected),
      control: part("control", expected),
      difference: part("difference", 0),
    };
  });
}

function compared(parts: readonly Part[]) {
  return comparisonOf([{ probability: 1, clusters: clustersOf(parts) }]);
}

function partOf({ viewer, group, counted, experience: { startMs, delayMs } }: Visit): Part {
  const { watchedMs, stalledMs, frozenMs } = counted;
  const start = startMs === null ? { failedStarts: 1 } : { starts: 1, startMs, delays: 1, delayMs };
  return { viewer, group, sums: { watchedMs, stalledMs, frozenMs, ...start } };
}
