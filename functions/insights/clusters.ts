/**
 * What each group had, in sums of 16 random clusters of its viewers. A viewer always falls into the same cluster, so the sums
 * of any minutes add up to those of a show, and how much clusters differ says how much chance there is in a mean.
 */

import type { Counts, Group } from "./report-shape.ts";
import { CLUSTERS, clusterOf } from "./viewer-share.ts";

const SUMS = [
  "watchedMs",
  "stalledMs",
  "frozenMs",
  "starts",
  "startMs",
  "failedStarts",
  "delays",
  "delayMs",
] as const;
type Sum = (typeof SUMS)[number];
export type Sums = Readonly<Record<Sum, number>>;

/** The groups that are compared. */
export const COMPARED = ["sharing", "control"] as const satisfies readonly Group[];

/** For each group the sums of the first cluster, in the order of SUMS, then those of the second, and so on; none of nobody. */
export type Clusters = Readonly<Record<(typeof COMPARED)[number], readonly number[]>>;

export const NO_CLUSTERS: Clusters = { sharing: [], control: [] };

export interface Part {
  readonly group: Group;
  readonly viewer: string;
  readonly sums: Partial<Sums>;
}

export function clustersOf(parts: readonly Part[]): Clusters {
  const ofGroup = (group: Group): number[] => {
    const own = parts.filter((part) => part.group === group);
    if (own.length === 0) return [];
    const all = new Array<number>(CLUSTERS * SUMS.length).fill(0);
    for (const { viewer, sums } of own) {
      const first = clusterOf(viewer) * SUMS.length;
      for (const [at, name] of SUMS.entries())
        all[first + at] = (all[first + at] as number) + (sums[name] ?? 0);
    }
    return all.map(Math.round);
  };
  return { sharing: ofGroup("sharing"), control: ofGroup("control") };
}

/** What of a stretch belongs to a group's sums, at whatever time. */
export function watchedSums({ watchedMs, stalledMs, frozenMs }: Counts): Partial<Sums> {
  return { watchedMs, stalledMs, frozenMs };
}

/** Adds up clusters of minutes, each of a sample of its probability. Gives the sums of each cluster. */
export function addedUp(
  minutes: readonly { readonly clusters: readonly number[]; readonly probability: number }[],
): Sums[] {
  return Array.from({ length: CLUSTERS }, (_, cluster) => {
    const sums = SUMS.map((name, at) => {
      const values = minutes.map(
        ({ clusters, probability }) => (clusters[cluster * SUMS.length + at] ?? 0) / probability,
      );
      return [name, values.reduce((sum, value) => sum + value, 0)];
    });
    return Object.fromEntries(sums) as Sums;
  });
}
