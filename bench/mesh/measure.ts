// Measures a mesh: how well its viewers are joined to each other at a moment.
import { percentile } from "../measurement.ts";
import type { Viewer } from "./viewer.ts";

/** From when on a viewer counts as settled: its third announce, which ends its time as a newcomer, is done. */
const settledSeconds = 300;
/** How long who has just come is given to find a third neighbour before its waiting is counted. */
const waitSeconds = 60;

export interface Mesh {
  readonly viewers: number;
  /** Neighbours of settled viewers. */
  readonly neighbours: { readonly fewest: number; readonly median: number; readonly most: number };
  /** Of the settled viewers, the share that is joined to each other, over whomever. */
  readonly largestComponent: number;
  /** Of the settled viewers' neighbours, the share in the same network, and behind the same address. */
  readonly sameNetwork: number;
  readonly sameAddress: number;
  /** Seconds from arrival to the third neighbour, half of all and 19 of 20 waiting no longer. */
  readonly thirdNeighbour: { readonly median: number; readonly p95: number };
}

/** `since` is the moment from which on arrivals count for the waiting, in seconds of the simulation. */
export function measureMesh(viewers: readonly Viewer[], nowSeconds: number, since: number): Mesh {
  const settled = viewers.filter((viewer) => nowSeconds - viewer.arrivedAt >= settledSeconds);
  const counts = settled.map((viewer) => present(viewer).length);
  const pairs = settled.flatMap((viewer) =>
    present(viewer).map((other) => [viewer.home, other.home] as const),
  );
  const waits = viewers
    .filter(({ arrivedAt }) => arrivedAt >= since && nowSeconds - arrivedAt >= waitSeconds)
    .map((viewer) => viewer.thirdNeighbourAfter ?? Number.POSITIVE_INFINITY);
  return {
    viewers: viewers.length,
    neighbours: {
      fewest: percentile(counts, 0.05),
      median: percentile(counts, 0.5),
      most: percentile(counts, 1),
    },
    largestComponent: largestComponent(settled),
    sameNetwork: share(pairs, ([a, b]) => a.place.net === b.place.net),
    sameAddress: share(pairs, ([a, b]) => a.place.lan === b.place.lan),
    thirdNeighbour: { median: percentile(waits, 0.5), p95: percentile(waits, 0.95) },
  };
}

/** Without those who left and whose leaving isn't noticed yet. */
function present(viewer: Viewer): readonly Viewer[] {
  return viewer.neighbours.filter((neighbour) => !neighbour.hasLeft);
}

/** The share of `members` that reach each other, in the largest group that does. */
function largestComponent(members: readonly Viewer[]): number {
  const isMember = new Set(members);
  const seen = new Set<Viewer>();
  let largest = 0;
  for (const start of members) {
    if (seen.has(start)) continue;
    seen.add(start);
    const reached = [start];
    let size = 0;
    for (let viewer = reached.pop(); viewer; viewer = reached.pop()) {
      if (isMember.has(viewer)) size++;
      for (const neighbour of present(viewer)) {
        if (seen.has(neighbour)) continue;
        seen.add(neighbour);
        reached.push(neighbour);
      }
    }
    largest = Math.max(largest, size);
  }
  return members.length === 0 ? 1 : largest / members.length;
}

function share<Item>(items: readonly Item[], is: (item: Item) => boolean): number {
  return items.length === 0 ? 0 : items.filter(is).length / items.length;
}
