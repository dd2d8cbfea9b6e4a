// Measures a mesh: how well its viewers are joined to each other at a moment.
import type { Viewer } from "./viewer.ts";

/** From when on a viewer counts as settled, and from when on it must be part of the whole, in seconds. */
const settledSeconds = 300;
const joinedSeconds = 60;

export interface Mesh {
  readonly viewers: number;
  /** Neighbours of settled viewers. */
  readonly fewest5th: number;
  readonly median: number;
  readonly most: number;
  /** Of the viewers that have been there for a minute, how many are joined to each other. */
  readonly largestComponent: number;
  /** Shares of a settled viewer's neighbours. */
  readonly sameNetwork: number;
  readonly sameAddress: number;
  /** Seconds from arrival to the third neighbour, of those who have arrived since `since` and had a minute for it. */
  readonly thirdNeighbour: { readonly median: number; readonly p95: number };
}

export function measure(viewers: Iterable<Viewer>, nowSeconds: number, since: number): Mesh {
  const all = [...viewers];
  const living = new Map(all.map((viewer) => [viewer, viewer.neighbours.filter((one) => !one.hasLeft)]));
  const of = (viewer: Viewer) => living.get(viewer) ?? [];
  const settled = all.filter((viewer) => nowSeconds - viewer.arrivedAt >= settledSeconds);
  const joined = all.filter((viewer) => nowSeconds - viewer.arrivedAt >= joinedSeconds);
  const degrees = sorted(settled.map((viewer) => of(viewer).length));
  const pairs = settled.flatMap((viewer) =>
    of(viewer).map((one) => [viewer.home.place, one.home.place] as const),
  );
  const waits = sorted(
    joined
      .filter((viewer) => viewer.arrivedAt >= since)
      .map((viewer) => viewer.thirdNeighbourAfter ?? Number.POSITIVE_INFINITY),
  );
  return {
    viewers: all.length,
    fewest5th: quantile(degrees, 0.05),
    median: quantile(degrees, 0.5),
    most: quantile(degrees, 1),
    largestComponent: largestComponent(settled, of),
    sameNetwork: share(pairs, ([a, b]) => a.net === b.net),
    sameAddress: share(pairs, ([a, b]) => a.lan === b.lan),
    thirdNeighbour: { median: quantile(waits, 0.5), p95: quantile(waits, 0.95) },
  };
}

/** The share of `members` that reach each other, in the largest group that does. */
function largestComponent(members: readonly Viewer[], of: (viewer: Viewer) => readonly Viewer[]): number {
  const belongs = new Set(members);
  const seen = new Set<Viewer>();
  let largest = 0;
  for (const start of members) {
    if (seen.has(start)) continue;
    seen.add(start);
    const reached = [start];
    let size = 0;
    for (let viewer = reached.pop(); viewer; viewer = reached.pop()) {
      if (belongs.has(viewer)) size++;
      for (const neighbour of of(viewer)) {
        if (seen.has(neighbour)) continue;
        seen.add(neighbour);
        reached.push(neighbour);
      }
    }
    largest = Math.max(largest, size);
  }
  return members.length === 0 ? 1 : largest / members.length;
}

function sorted(values: number[]): number[] {
  return values.sort((a, b) => a - b);
}

function quantile(ascending: readonly number[], at: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(at * ascending.length))] ?? 0;
}

function share<Item>(items: readonly Item[], is: (item: Item) => boolean): number {
  return items.length === 0 ? 0 : items.filter(is).length / items.length;
}
