/**
 * Many more viewers than browsers can be run: the player's own decisions (turn.ts, patience.ts, geometry.ts)
 * over a model of lines and connections. What a viewer sees, and when, is as in web/sharing/cdn-turns.ts.
 */

import { fetchSecondsOn, UNKNOWN_HANDOVER_SECONDS } from "../../web/sharing/geometry.ts";
import { Patience } from "../../web/sharing/patience.ts";
import { peerIdOf, viewerNameFrom } from "../../web/sharing/peer-id.ts";
import { type Situation, turnFor } from "../../web/sharing/turn.ts";
import { EventQueue } from "./event-queue.ts";
import type { Graph } from "./graphs.ts";

export interface World {
  graph: Graph;
  random: () => number;
  segments: number;
  segmentSeconds: number;
  segmentBytes: number;
  delaySeconds: number;
  cdnBitsPerSecond: number;
  cdnRoundTripSeconds: number;
  uplinkBitsPerSecond: number;
  /** One way between two viewers. */
  linkSeconds: number;
  /** Until a new segment shows in a viewer's playlist: uniform between none and this. */
  playlistLagSeconds: number;
  /** Uploads that a viewer serves at once; others who ask are told to ask elsewhere. */
  uploadSlots: number;
  /** 1 as built; 0 is the plain rule "lowest score among neighbours fetches at once". */
  patience: 0 | 1;
}

export interface Simulated {
  copies: number;
  /** Segments that came after the picture needed them, of all that were watched. */
  late: number;
}

interface Viewer {
  peerId: string;
  neighbours: readonly number[];
  neighbourIds: readonly string[];
  lagSeconds: number;
  patience: Patience;
  hop: number;
  uploads: number;
  held: Set<number>;
  fetching: Set<number>;
  /** Segments on their way from a peer, with when they began and will end. */
  taking: Map<number, { since: number; until: number }>;
  heldBack: Set<number>;
}

/** Segments at the start in which patience is learned; they don't count. */
const LEARNING = 15;

export function simulate(world: World): Simulated {
  const { graph, random, segmentSeconds, segmentBytes, delaySeconds } = world;
  const queue = new EventQueue();
  const line = {
    segmentBytes,
    bitsPerSecond: world.cdnBitsPerSecond,
    roundTripSeconds: world.cdnRoundTripSeconds,
  };
  const viewers = seatViewers(graph, random, world.playlistLagSeconds);
  let copies = 0;
  let late = 0;

  for (let segment = 0; segment < LEARNING + world.segments; segment += 1) {
    const appearsAt = segment * segmentSeconds;
    // A segment appears when its last frame is made, so its first is already its length behind the edge.
    const neededAt = appearsAt + delaySeconds - segmentSeconds;
    for (const viewer of viewers) {
      queue.at(appearsAt + viewer.lagSeconds, () => consider(viewer, segment, neededAt));
    }
  }
  queue.run();
  return {
    copies: copies / world.segments,
    late: late / (world.segments * viewers.length),
  };

  function consider(viewer: Viewer, segment: number, neededAt: number): void {
    if (viewer.held.has(segment) || viewer.fetching.has(segment)) return;
    take(viewer, segment, neededAt);
    const turn = turnFor({
      self: viewer.peerId,
      neighbours: viewer.neighbourIds,
      isSettled: true,
      shares: true,
      segment: String(segment),
      isElected: true,
      prospects: {
        secondsSinceSeen: queue.now - segment * segmentSeconds - viewer.lagSeconds,
        secondsToNeed: neededAt - queue.now,
        fetchSeconds: fetchSecondsOn(line),
        handoverSeconds: viewer.hop,
        patience: viewer.patience.share * world.patience,
      },
      transfer: transferOf(viewer, segment),
    });
    if (turn.isHoldingBack) viewer.heldBack.add(segment);
    if (turn.inSeconds > 0) {
      queue.at(queue.now + turn.inSeconds + 0.001, () => consider(viewer, segment, neededAt));
      return;
    }
    viewer.fetching.add(segment);
    if (segment >= LEARNING) copies += 1;
    if (viewer.heldBack.has(segment)) viewer.patience.wasted();
    queue.at(queue.now + fetchSecondsOn(line), () => hold(viewer, segment, neededAt));
  }

  function transferOf(viewer: Viewer, segment: number): Situation["transfer"] {
    const taking = viewer.taking.get(segment);
    if (!taking) return null;
    const seconds = queue.now - taking.since;
    const done = Math.max(0, seconds - 2 * world.linkSeconds) / (taking.until - taking.since);
    return { bytes: done * segmentBytes, expectedBytes: segmentBytes, seconds };
  }

  function hold(viewer: Viewer, segment: number, neededAt: number): void {
    if (viewer.held.has(segment)) return;
    viewer.held.add(segment);
    if (segment >= LEARNING && queue.now > neededAt) late += 1;
    if (viewer.heldBack.has(segment) && !viewer.fetching.has(segment)) viewer.patience.paid();
    announce(viewer, segment, neededAt);
  }

  function announce(viewer: Viewer, segment: number, neededAt: number): void {
    queue.at(queue.now + world.linkSeconds, () => {
      const from = Math.floor(random() * viewer.neighbours.length);
      for (let step = 0; step < viewer.neighbours.length; step += 1) {
        const neighbour = viewers[viewer.neighbours[(from + step) % viewer.neighbours.length] ?? -1];
        if (neighbour) take(neighbour, segment, neededAt);
      }
    });
  }

  /** Asks one of the neighbours who hold the segment, if the viewer has heard of it in its playlist. */
  function take(viewer: Viewer, segment: number, neededAt: number): void {
    const hasSeen = queue.now >= segment * segmentSeconds + viewer.lagSeconds;
    if (!hasSeen || viewer.held.has(segment) || viewer.taking.has(segment)) return;
    const holders = viewer.neighbours.flatMap((number) => {
      const neighbour = viewers[number];
      return neighbour?.held.has(segment) && neighbour.uploads < world.uploadSlots ? [neighbour] : [];
    });
    const holder = holders[Math.floor(random() * holders.length)];
    if (!holder) return;
    holder.uploads += 1;
    // The uplink is shared by those who are served when a transfer begins.
    const seconds = (segmentBytes * 8 * holder.uploads) / world.uplinkBitsPerSecond;
    const until = queue.now + 2 * world.linkSeconds + seconds;
    viewer.taking.set(segment, { since: queue.now, until });
    queue.at(until, () => {
      holder.uploads -= 1;
      viewer.hop += 0.2 * (seconds + 3 * world.linkSeconds - viewer.hop);
      hold(viewer, segment, neededAt);
      announce(holder, segment, neededAt);
    });
  }
}

function seatViewers(graph: Graph, random: () => number, lagSeconds: number): Viewer[] {
  const ids = graph.map(() =>
    peerIdOf(viewerNameFrom(Uint8Array.from({ length: 12 }, () => random() * 256)), "main", true),
  );
  return graph.map((neighbours, number) => ({
    peerId: ids[number] ?? "",
    neighbours,
    neighbourIds: neighbours.map((other) => ids[other] ?? ""),
    lagSeconds: random() * lagSeconds,
    patience: new Patience(),
    hop: UNKNOWN_HANDOVER_SECONDS,
    uploads: 0,
    held: new Set(),
    fetching: new Set(),
    taking: new Map(),
    heldBack: new Set(),
  }));
}
