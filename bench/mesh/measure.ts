/** Measures a mesh: how well its viewers are connected to each other at one moment. */
import { percentile } from "../measurement.ts";
import type { Viewer } from "./viewer.ts";

/** A viewer counts as settled after this long: it has made its third announce, which ends its time as a newcomer. */
const SETTLED_SECONDS = 300;
/** How long a newcomer is given to find a third neighbour before its wait is counted. */
const WAIT_SECONDS = 60;

export interface Mesh {
  readonly viewers: number;
  /** Neighbours of settled viewers. */
  readonly neighbours: { readonly fewest: number; readonly median: number; readonly most: number };
  /** The share of settled viewers that are connected with each other, directly or through others. */
  readonly largestComponent: number;
  /** The shares of settled viewers' neighbours that are in the same network and behind the same address. */
  readonly sameNetwork: number;
  readonly sameAddress: number;
  /** Seconds from arrival to the third neighbour. */
  readonly thirdNeighbour: { readonly median: number; readonly p95: number };
}

/** Counts the waits of those who arrived after `since`, in seconds of the simulation. */
export function measureMesh(viewers: readonly Viewer[], nowSeconds: number, since: number): Mesh {
  const settled = viewers.filter((viewer) => nowSeconds - viewer.arrivedAt >= SETTLED_SECONDS);
  const counts = settled.map((viewer) => present(viewer).length);
  const pairs = settled.flatMap((viewer) =>
    present(viewer).map((other) => [viewer.home, other.home] as const),
  );
  const waits = viewers
    .filter(({ arrivedAt }) => arrivedAt >= since && nowSeconds - arrivedAt >= WAIT_SECONDS)
    .map((viewer) => viewer.thirdNeighbourAfter ?? Number.POSITIVE_INFINITY);
  return {
    viewers: viewers.length,
    neighbours: {
      fewest: percentile(counts, 0.05),
      median: percentile(counts, 0.5),
      most: percentile(counts, 1),
    },
    largestComponent: largestComponent(settled),
    sameNetwork: share(pairs, ([a, b]) => a.locality.net === b.locality.net),
    sameAddress: share(pairs, ([a, b]) => a.locality.lan === b.locality.lan),
    thirdNeighbour: { median: percentile(waits, 0.5), p95: percentile(waits, 0.95) },
  };
}

/** Leaves out neighbours who have left without its having been noticed yet. */
function present(viewer: Viewer): readonly Viewer[] {
  return viewer.neighbours.filter((neighbour) => !neighbour.hasLeft);
}

/** The share of `members` in the largest group that is connected. */
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
