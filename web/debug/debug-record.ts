/** One viewer's last minutes, for the debug view and its file: bounded, and without any address, ticket or token. */

import type { ConnectedPeer } from "../engine/engine-view.ts";
import type { TrackerWord } from "../engine/tracker-log.ts";
import type { Handled } from "../playback/shell/sharing-observer.ts";
import type { Stats } from "../playback/stats.ts";
import { standsForElection } from "../sharing/peer-id.ts";
import type { ConnectionStats } from "./connection-stats.ts";
import { type DebugFile, type DutyRow, MOST, type PeerRow, VERSION, type ViewerRow } from "./debug-file.ts";
import { LONGEST_TEXT, nameOf, renditionName, scrubbed } from "./scrub.ts";
import { SegmentRecord } from "./segment-record.ts";

/** What the page knows at the moment of a file. */
export interface Now {
  /** On the clock of `performance.now()`, in milliseconds. */
  readonly at: number;
  readonly stats: Stats;
  readonly mode: ViewerRow["mode"];
  readonly error: string | null;
  readonly browser: string;
}

type MeasuredPeer = Pick<
  ConnectedPeer,
  "peerId" | "stream" | "rendition" | "isPlayed" | "probedSeconds" | "announcement"
> & {
  readonly connection: object;
  readonly measured: ConnectionStats;
};

type Kept = PeerRow & { readonly measuredAt: number };

export class DebugRecord {
  readonly #startedAt: number;
  readonly #epochMs: number;
  readonly #before: Stats;
  readonly #segments = new SegmentRecord();
  #last: Handled | null = null;
  #peers: ReadonlyMap<object, Kept> = new Map();
  #tracker: readonly TrackerWord[] = [];
  #notes: readonly { readonly at: number; readonly text: string }[] = [];
  #guard = "none";

  /** `at` on the clock of `performance.now()`, `epochMs` the same moment since the epoch. */
  constructor({
    at,
    epochMs,
    stats,
  }: { readonly at: number; readonly epochMs: number; readonly stats: Stats }) {
    this.#startedAt = at;
    this.#epochMs = epochMs;
    this.#before = stats;
  }

  /** What the scheduler was told and decided. */
  handled(handled: Handled, at: number): void {
    this.#last = handled;
    this.#segments.handled(handled, at);
    const { event, commands, scheduler } = handled;
    if (event.type === "swarm") this.note(`Sharing: ${event.state}`, at);
    for (const command of commands) {
      if (command.type === "drop-peer")
        this.note(`${nameOf(command.peerId)} wasted its transfers and was dropped`, at);
      if (command.type === "leave-swarms") this.note("Left the swarms", at);
      if (command.type === "fail")
        this.note(`A segment can't be had: ${command.status} ${command.message}`, at);
    }
    if (scheduler.guardLevel !== this.#guard) this.note(`The guard: ${scheduler.guardLevel}`, at);
    this.#guard = scheduler.guardLevel;
  }

  /** Something that somebody who reads the file should know of. */
  note(text: string, at: number): void {
    const note = { at: Math.round(at - this.#startedAt), text: scrubbed(text) };
    this.#notes = [...this.#notes, note].slice(-MOST.notes);
  }

  /** All connections as they are now; whoever isn't among them any more has closed. */
  measured(peers: readonly MeasuredPeer[], at: number): void {
    const now = Math.round(at - this.#startedAt);
    const open = new Map(peers.map((peer) => [peer.connection, this.#measuredPeer(peer, now)]));
    const closed = [...this.#peers]
      .filter(([connection]) => !open.has(connection))
      .map(([connection, peer]) => [connection, closedAt(peer, now)] as const);
    this.#peers = new Map([...closed, ...open].slice(-MOST.peers));
  }

  /** The last words of the tracker. */
  tracker(words: readonly TrackerWord[]): void {
    const newest = this.#tracker.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    this.#tracker = [...this.#tracker, ...words.filter(({ at }) => at > newest)].slice(-MOST.words);
  }

  file({ at, stats, mode, error, browser }: Now): DebugFile {
    if (this.#last) this.#segments.look(this.#last.scheduler, at);
    return {
      format: "shoal-debug",
      version: VERSION,
      startedAt: this.#epochMs,
      savedAt: Math.round(this.#epochMs + at - this.#startedAt),
      browser: browser.slice(0, LONGEST_TEXT),
      viewer: { ...this.#viewer(stats), mode, error: error && scrubbed(error) },
      duties: this.#duties(),
      peers: [...this.#peers.values()].map(({ measuredAt: _, ...peer }) => peer),
      segments: this.#segments.storiesSince(this.#startedAt),
      tracker: this.#tracker.map((word) => ({
        ...word,
        at: Math.round(word.at - this.#startedAt),
        rendition: word.rendition && renditionName(word.rendition),
        refusal: word.refusal && scrubbed(word.refusal),
      })),
      notes: this.#notes,
    };
  }

  #viewer(stats: Stats): Omit<ViewerRow, "mode" | "error"> {
    const scheduler = this.#last?.scheduler;
    const uplink = this.#last?.engine?.uplink;
    const self = scheduler?.playedStreams[0]?.swarm.self;
    return {
      name: self ? nameOf(self) : "",
      guard: stats.guard,
      signatures: stats.signatures,
      firstFrameSeconds: stats.firstFrameSeconds,
      delaySeconds: stats.delaySeconds,
      bufferSeconds: stats.bufferSeconds,
      stalls: stats.stalls,
      stalledSeconds: stats.stalledSeconds,
      bytesFromPeers: stats.bytesFromPeers,
      bytesFromCdn: stats.bytesFromCdn,
      bytesToPeers: stats.bytesToPeers,
      segmentsFromPeers: stats.segmentsFromPeers,
      segmentsFromCdn: stats.segmentsFromCdn,
      segmentsFetchedTwice: stats.segmentsFetchedTwice,
      earlierFromPeers: this.#before.segmentsFromPeers,
      earlierFromCdn: this.#before.segmentsFromCdn,
      viewersNow: stats.viewersNow,
      downlinkBitsPerSecond: scheduler?.throughputBitsPerSecond ?? null,
      cdnRoundTripSeconds: scheduler?.downlink.roundTripSeconds ?? null,
      room: scheduler?.room ?? "",
      uplinkBitsPerSecond: uplink?.bitsPerSecond ?? null,
      spareBitsPerSecond: uplink?.spareBitsPerSecond ?? null,
      uploads: uplink?.uploads ?? 0,
    };
  }

  #duties(): DutyRow[] {
    return (this.#last?.scheduler.playedStreams ?? []).map(({ stream, rendition, swarm }) => ({
      stream,
      rendition: renditionName(rendition),
      mayFetch: swarm.mayFetch,
      connected: [...this.#peers.values()].filter(
        (peer) => peer.isPlayed && peer.stream === stream && peer.closedAt === null,
      ).length,
      sharing: swarm.peers.count,
      electable: swarm.peers.candidates.length,
      seesEveryone: swarm.peers.seesEveryone,
      holdBackShare: swarm.holdBackShare,
      handoverSeconds: swarm.handoverSeconds,
    }));
  }

  #measuredPeer({ connection, measured, peerId, announcement, ...peer }: MeasuredPeer, now: number): Kept {
    const before = this.#peers.get(connection);
    const rate = (name: "bytesFrom" | "bytesTo") => {
      const seconds = before ? (now - before.measuredAt) / 1000 : 0;
      return seconds > 0 && before ? Math.max(0, ((measured[name] - before[name]) * 8) / seconds) : 0;
    };
    return {
      name: nameOf(peerId),
      stream: peer.stream,
      rendition: renditionName(peer.rendition),
      isPlayed: peer.isPlayed,
      shares: standsForElection(peerId),
      mayFetch: announcement?.mayFetch ?? null,
      holds: announcement?.held.length ?? 0,
      ...measured,
      probedMs: peer.probedSeconds === null ? null : Math.round(peer.probedSeconds * 1000),
      fromBitsPerSecond: Math.round(rate("bytesFrom")),
      toBitsPerSecond: Math.round(rate("bytesTo")),
      connectedAt: before?.connectedAt ?? now,
      closedAt: null,
      measuredAt: now,
    };
  }
}

function closedAt(peer: Kept, now: number): Kept {
  return { ...peer, closedAt: peer.closedAt ?? now, fromBitsPerSecond: 0, toBitsPerSecond: 0 };
}
