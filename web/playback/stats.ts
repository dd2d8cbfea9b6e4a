/** Counts a session's stats: bytes by source, peers, segments, stalls, delay and quality. */

import type { GuardLevel } from "../sharing/guard.ts";
import type { StreamKind } from "../sharing/peer-id.ts";
import type { Source } from "../sharing/segment-store.ts";

/** A session's stats since it began. Bytes are counted as received, seconds are wall time. */
export interface Stats {
  bytesFromPeers: number;
  /** Segments, initialization segments and playlists received over HTTP. */
  bytesFromCdn: number;
  bytesToPeers: number;
  /** Share of all received bytes that came from peers, 0 to 1. */
  shareFromPeers: number;
  /** Viewers connected with this one now, each counted once however many swarms they share. */
  peersNow: number;
  peersEver: number;
  segmentsFromPeers: number;
  segmentsFromCdn: number;
  /** Segments fetched from the CDN though a peer delivered them as well. */
  segmentsFetchedTwice: number;
  stalls: number;
  stalledSeconds: number;
  firstFrameSeconds: number | null;
  delaySeconds: number | null;
  bufferSeconds: number;
  qualityIndex: number | null;
  qualitySwitches: number;
  /**
   * How far sharing is paused now because it harmed playback. "none": not at all; "takes-only": downloads from peers
   * and uploads nothing; "cdn-only": downloads from the CDN alone.
   */
  guard: GuardLevel;
  /** Whether what peers give is checked. */
  signatures: SignatureState;
  /** Viewers of the rendition that is played, as the tracker last counted them; null if it hasn't. */
  swarmViewers: number | null;
  /** Viewers who share, of all renditions: those of the largest swarm, since all play the same audio. Null before a count. */
  viewersNow: number | null;
}

/**
 * "checked": what peers give is signed; "missing": signatures don't come, so this viewer has nothing to give; "none": the
 * deployment has none, so nothing is shared; "insecure": nor is it where the page isn't a secure context, in which
 * browsers check no signatures; "unsigned": the page said that they aren't needed.
 */
export type SignatureState = "checked" | "missing" | "none" | "insecure" | "unsigned";

/** `read` returns the sums at a given time; a stall that still lasts counts up to it. */
export class StatsCounter {
  #bytesFromPeers = 0;
  #bytesFromCdn = 0;
  #bytesToPeers = 0;
  #segmentsFromPeers = 0;
  #segmentsFromCdn = 0;
  #segmentsFetchedTwice = 0;
  // The engine may report the end of a connection several times, so this is a set and not a count.
  readonly #connections = new Map<string, Set<string>>();
  readonly #peersEver = new Set<string>();
  #stalls = 0;
  #stalledSeconds = 0;
  #stallBeganAt: number | null = null;
  #firstFrameSeconds: number | null = null;
  #delaySeconds: number | null = null;
  #bufferSeconds = 0;
  #qualityIndex: number | null = null;
  #qualitySwitches = 0;
  #guard: GuardLevel = "none";
  #signatures: SignatureState = "none";
  #swarmViewers: number | null = null;
  #audioViewers: number | null = null;

  received(source: Source, bytes: number): void {
    if (source === "peers") this.#bytesFromPeers += bytes;
    else this.#bytesFromCdn += bytes;
  }

  sentToPeers(bytes: number): void {
    this.#bytesToPeers += bytes;
  }

  segment(source: Source): void {
    if (source === "peers") this.#segmentsFromPeers += 1;
    else this.#segmentsFromCdn += 1;
  }

  segmentFetchedTwice(): void {
    this.#segmentsFetchedTwice += 1;
  }

  peerConnected(peerId: string, swarm: string): void {
    const swarms = this.#connections.get(peerId) ?? new Set();
    this.#connections.set(peerId, swarms.add(swarm));
    this.#peersEver.add(peerId);
  }

  peerClosed(peerId: string, swarm: string): void {
    const swarms = this.#connections.get(peerId);
    swarms?.delete(swarm);
    if (swarms?.size === 0) this.#connections.delete(peerId);
  }

  stallBegan(atSeconds: number): void {
    if (this.#stallBeganAt !== null) return;
    this.#stalls += 1;
    this.#stallBeganAt = atSeconds;
  }

  stallEnded(atSeconds: number): void {
    if (this.#stallBeganAt === null) return;
    this.#stalledSeconds += atSeconds - this.#stallBeganAt;
    this.#stallBeganAt = null;
  }

  firstFrame(seconds: number): void {
    this.#firstFrameSeconds ??= seconds;
  }

  playback(delaySeconds: number | null, bufferSeconds: number): void {
    this.#delaySeconds = delaySeconds;
    this.#bufferSeconds = bufferSeconds;
  }

  quality(index: number): void {
    if (this.#qualityIndex !== null && this.#qualityIndex !== index) this.#qualitySwitches += 1;
    this.#qualityIndex = index;
  }

  guard(level: GuardLevel): void {
    this.#guard = level;
  }

  signatures(state: SignatureState): void {
    this.#signatures = state;
  }

  swarmCounted(viewers: number | null, stream: StreamKind): void {
    if (stream === "main") this.#swarmViewers = viewers;
    else this.#audioViewers = viewers;
  }

  read(atSeconds: number): Stats {
    const received = this.#bytesFromPeers + this.#bytesFromCdn;
    return {
      bytesFromPeers: this.#bytesFromPeers,
      bytesFromCdn: this.#bytesFromCdn,
      bytesToPeers: this.#bytesToPeers,
      shareFromPeers: received === 0 ? 0 : this.#bytesFromPeers / received,
      peersNow: this.#connections.size,
      peersEver: this.#peersEver.size,
      segmentsFromPeers: this.#segmentsFromPeers,
      segmentsFromCdn: this.#segmentsFromCdn,
      segmentsFetchedTwice: this.#segmentsFetchedTwice,
      stalls: this.#stalls,
      stalledSeconds:
        this.#stalledSeconds + (this.#stallBeganAt === null ? 0 : atSeconds - this.#stallBeganAt),
      firstFrameSeconds: this.#firstFrameSeconds,
      delaySeconds: this.#delaySeconds,
      bufferSeconds: this.#bufferSeconds,
      qualityIndex: this.#qualityIndex,
      qualitySwitches: this.#qualitySwitches,
      guard: this.#guard,
      signatures: this.#signatures,
      swarmViewers: this.#swarmViewers,
      viewersNow: largest(this.#swarmViewers, this.#audioViewers),
    };
  }
}

function largest(...counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : Math.max(...known);
}
