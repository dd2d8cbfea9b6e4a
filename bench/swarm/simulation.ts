/**
 * Many more viewers than browsers can be run, in virtual time. Each runs the shipped segment scheduler; its player,
 * the engine, the lines and the CDN are models (simulated-*.ts, link.ts, uplink.ts).
 */

import { peerIdOf, viewerNameFrom } from "../../web/sharing/peer-id.ts";
import type { ListedSegment } from "../../web/sharing/scheduler-events.ts";
import { Chance } from "../chance.ts";
import { EventQueue } from "../event-queue.ts";
import { percentile } from "../measurement.ts";
import type { AccessLine } from "./access-lines.ts";
import type { Graph } from "./graphs.ts";
import { isDuring, type Outage } from "./simulated-cdn.ts";
import { AFTERMATH_SECONDS, type Conditions, SimulatedViewer } from "./simulated-viewer.ts";

export interface SimulatedSwarm {
  graph: Graph;
  chance: Chance;
  /** That are counted; those in which viewers learn come before. */
  segments: number;
  segmentSeconds: number;
  segmentBytes: number;
  delaySeconds: number;
  /** The line of a viewer who comes. Each draws it with random numbers of its own. */
  lineOf: (chance: Chance) => AccessLine;
  /** What uploads may have of an uplink; all of it if absent. */
  spareOf?: (uplinkBitsPerSecond: number) => number;
  /** Until a new segment shows in a viewer's playlist: uniform between none and this. */
  playlistLagSeconds: number;
  /** Seconds counted from the first segment that counts. */
  outage?: Outage;
  /** Viewers stay exponentially long, and another comes for each who leaves; absent if they stay for good. */
  meanStaySeconds?: number;
}

export interface Simulated {
  /** Of each segment, from the CDN. */
  copies: number;
  /** Share of segments that a player stalled for, of all segments of all viewers. */
  late: number;
  /** How many segments that were, and how many viewers had one. */
  lateSegments: number;
  lateViewers: number;
  /** Viewers who came, those of the beginning among them. */
  viewers: number;
  /** Of the bytes of the segments that viewers got, those that the CDN sent. */
  cdnShare: number;
  /** Bytes that came in beyond one copy of each segment, as a share of the same. */
  twiceShare: number;
  /** Each viewer's uploads as a share of what its uplink could have carried in its time. */
  uplinkUse: { median: number; p95: number };
  /** What players hold, of all viewers and moments. Empty buffers are stalls. */
  bufferSeconds: { median: number; p05: number };
  /** Share of the time in which a player held nothing. */
  stalled: number;
  /** Events that a viewer's scheduler handled, in the mean for each second. */
  eventsPerSecond: number;
}

/** Segments at the start in which viewers learn what holding back is worth; they don't count. */
const LEARNING = 15;

/** That a playlist lists. */
const WINDOW = 15;

/** The tracker's answers, and ICE. */
const CONNECTED_AFTER_SECONDS = 5;

/** While the CDN is away, playlists are asked for this often. */
const PLAYLIST_RETRY_SECONDS = 1;

export function simulate(swarm: SimulatedSwarm): Simulated {
  const { segments, segmentSeconds, segmentBytes } = swarm;
  const queue = new EventQueue();
  const countsFromSeconds = (LEARNING + 1) * segmentSeconds;
  const endsAtSeconds =
    countsFromSeconds + segments * segmentSeconds + swarm.delaySeconds + AFTERMATH_SECONDS;
  let copies = 0;
  const audience = new Audience(swarm, {
    ...swarm,
    queue,
    windowSeconds: WINDOW * segmentSeconds,
    data: new ArrayBuffer(segmentBytes),
    spareOf: swarm.spareOf ?? ((bitsPerSecond) => bitsPerSecond),
    outage: swarm.outage ? after(countsFromSeconds, swarm.outage) : null,
    countsFromSeconds,
    endsAtSeconds,
    onFetch: (sequence) => {
      if (sequence >= LEARNING) copies += 1;
    },
  });
  audience.arrive();
  queue.run();
  return { ...audience.summary(endsAtSeconds), copies: copies / segments };
}

class Audience {
  readonly #swarm: SimulatedSwarm;
  readonly #conditions: Conditions;
  readonly #listed: readonly ListedSegment[];
  /** At their numbers in the graph. */
  readonly #present: SimulatedViewer[] = [];
  readonly #everyone: SimulatedViewer[] = [];
  readonly #connected = new Set<SimulatedViewer>();

  constructor(swarm: SimulatedSwarm, conditions: Conditions) {
    this.#swarm = swarm;
    this.#conditions = conditions;
    const count = LEARNING + swarm.segments;
    this.#listed = Array.from({ length: count }, (_, sequence) => segmentOf(sequence, swarm.segmentSeconds));
  }

  /** All viewers open the page as the stream begins, and connect once it plays. */
  arrive(): void {
    for (const number of this.#swarm.graph.keys()) this.#comes(number);
  }

  #comes(number: number): void {
    const { chance, lineOf, meanStaySeconds, delaySeconds } = this.#swarm;
    const { queue, endsAtSeconds } = this.#conditions;
    const name = viewerNameFrom(Uint8Array.from({ length: 12 }, () => chance.below(256)));
    const line = lineOf(new Chance(chance.below(2 ** 32)));
    const viewer = new SimulatedViewer(name, peerIdOf(name, "main", true), line, this.#conditions);
    this.#present[number] = viewer;
    this.#everyone.push(viewer);
    viewer.join();
    this.#reads(viewer);
    queue.after(CONNECTED_AFTER_SECONDS, () => this.#connect(number, viewer));
    if (meanStaySeconds === undefined) return;
    const leavesAt = queue.now + chance.lasting(meanStaySeconds);
    // Nobody leaves or comes once the last segment is listed.
    if (leavesAt > endsAtSeconds - AFTERMATH_SECONDS - delaySeconds) return;
    queue.at(leavesAt, () => {
      viewer.leave();
      this.#comes(number);
    });
  }

  /** With those neighbours that are themselves connected by now; the others will connect with this viewer. */
  #connect(number: number, viewer: SimulatedViewer): void {
    if (viewer.isGone) return;
    this.#connected.add(viewer);
    const { graph } = this.#swarm;
    for (const neighbour of graph[number] ?? []) {
      const other = this.#present[neighbour];
      if (!other || !this.#connected.has(other) || other.isGone) continue;
      viewer.connect(other, graph.length);
      other.connect(viewer, graph.length);
    }
  }

  /** Reads the playlist at once, and whenever it has a new segment. */
  #reads(viewer: SimulatedViewer): void {
    const { chance, segmentSeconds, playlistLagSeconds } = this.#swarm;
    const { queue, outage } = this.#conditions;
    const lagSeconds = chance.between(0, playlistLagSeconds);
    const backAt = (outage?.untilSeconds ?? 0) + chance.between(0, PLAYLIST_RETRY_SECONDS);
    let reads = 0;
    const readAt = (sequence: number, at: number) => {
      reads += 1;
      const number = reads;
      if (sequence >= this.#listed.length) return;
      queue.at(isDuring(outage, at) ? Math.max(at, backAt) : at, () => {
        if (viewer.isGone || number !== reads) return;
        viewer.reads(this.#listed.slice(Math.max(0, sequence + 1 - WINDOW), sequence + 1));
        if (number === reads) readAt(sequence + 1, at + segmentSeconds);
      });
    };
    const newestAt = (at: number) => Math.max(0, Math.floor(at / segmentSeconds) - 1);
    // As in a player, the interval counts from the newest load.
    viewer.onRefresh = () => {
      if (newestAt(queue.now) < this.#listed.length) readAt(newestAt(queue.now), queue.now);
    };
    const newest = newestAt(queue.now - lagSeconds);
    readAt(
      Math.min(newest, this.#listed.length - 1),
      Math.max(queue.now, (newest + 1) * segmentSeconds + lagSeconds),
    );
  }

  summary(endsAtSeconds: number): Omit<Simulated, "copies"> {
    const { segments } = this.#swarm;
    const ledgers = this.#everyone.map(({ ledger }) => ledger);
    for (const viewer of this.#present) {
      const first = viewer.nextSequence ?? 0;
      for (let sequence = first; sequence < this.#listed.length; sequence += 1)
        viewer.ledger.addLate(sequence);
    }
    const late = ledgers.map((ledger) => [...ledger.late].filter((sequence) => sequence >= LEARNING).length);
    const lateSegments = sum(late);
    const seconds = ledgers.map((ledger) => ledger.seconds(endsAtSeconds - AFTERMATH_SECONDS));
    const used = sum(ledgers.map(({ counts }) => counts.usedBytes));
    const fromCdn = sum(ledgers.map(({ counts }) => counts.cdnBytes));
    const carried = fromCdn + sum(ledgers.map(({ counts }) => counts.peerBytes));
    const buffers = ledgers.flatMap((ledger) => ledger.buffers);
    const use = this.#everyone.flatMap(({ ledger, line }, index) => {
      const couldSendBits = line.uplinkBitsPerSecond * (seconds[index] ?? 0);
      return couldSendBits > 0 ? [(ledger.counts.sentBytes * 8) / couldSendBits] : [];
    });
    return {
      late: lateSegments / (segments * this.#present.length),
      lateSegments,
      lateViewers: late.filter((count) => count > 0).length,
      viewers: this.#everyone.length,
      cdnShare: fromCdn / used,
      twiceShare: Math.max(0, carried - used) / used,
      uplinkUse: { median: percentile(use, 0.5), p95: percentile(use, 0.95) },
      bufferSeconds: { median: percentile(buffers, 0.5), p05: percentile(buffers, 0.05) },
      stalled: buffers.filter((seconds) => seconds <= 0).length / buffers.length,
      eventsPerSecond: sum(ledgers.map(({ counts }) => counts.events)) / sum(seconds),
    };
  }
}

function after(seconds: number, { fromSeconds, untilSeconds }: Outage): Outage {
  return { fromSeconds: seconds + fromSeconds, untilSeconds: seconds + untilSeconds };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Segment n covers the video's seconds from n to n + 1 segments; its address is its number. */
function segmentOf(sequence: number, segmentSeconds: number): ListedSegment {
  const startSeconds = sequence * segmentSeconds;
  return { url: String(sequence), sequence, startSeconds, endSeconds: startSeconds + segmentSeconds };
}
