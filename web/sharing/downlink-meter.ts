/**
 * What the viewer's downlink lately did: throughput and round-trip time of CDN fetches, speed of peers' transfers, size
 * of segments. A home's line carries both; either may also be slow by itself, such as a crowded path to the CDN.
 */

import { type Downlink, UNKNOWN_DOWNLINK } from "./geometry.ts";
import type { FetchTiming } from "./scheduler-events.ts";

/** Weight of the newest sample: the last five or so make up most of the estimate. */
const NEWEST = 0.3;

/**
 * Weight of the newest fetch in how late fetches are, and how often that is allowed for: as TCP reckons with the
 * variation of round trips (RFC 6298, 2: beta and K), but here only what is late counts.
 */
const NEWEST_LATENESS = 1 / 4;
const LATENESS_ALLOWED = 4;

/** Less of a download arrives in one burst, and says nothing about a line whatever else came in meanwhile. */
const LEAST_SAMPLE_BYTES = 64 * 1024;

/** Weight of a transfer that was slower than those before. */
const SLOWER_TRANSFER = 0.1;

/** By so much peers nearby are faster than a slow path to the CDN. */
const NEAR = 1.5;

/** One may be slow at the other end. */
const JUDGED_TRANSFERS = 4;

/** By then a fetch that is still under way shows how fast it is. */
const FIRST_FETCH_SECONDS = 0.5;

/** After so long without a transfer, a line may have changed. */
const SAMPLE_HOLDS_SECONDS = 120;

/** Where a download stood when its first bytes came. */
export interface DownloadStart {
  at: number;
  /** Bytes that had come in by then, over all ways, and those of them that peers sent. */
  bytesBefore: number;
  fromPeersBefore: number;
}

/** What has come in of a download so far. */
export interface MeasuredDownload {
  bytes: number;
  /** Null before the first byte. */
  start: DownloadStart | null;
}

export class DownlinkMeter {
  #bitsPerSecond: number | null = null;
  #roundTripSeconds: number | null = null;
  /** By how much fetches took longer than expected, on average. */
  #meanLateness = 0;
  /** What came in, over all ways, while a fetch or a transfer ran. */
  #duringFetches: number | null = null;
  #duringTransfers: number | null = null;
  /** What peers sent meanwhile. */
  #fromPeersDuringTransfers = 0;
  #transferredAt = Number.NEGATIVE_INFINITY;
  /** Transfers that were measured since the last long time without any. */
  #transfers = 0;
  #bytes = 0;
  #bytesFromPeers = 0;
  readonly #segmentBytes = new Map<string, number>();

  /** Bytes of a segment came in, from the CDN or a peer. */
  received(source: "cdn" | "peers", bytes: number): void {
    this.#bytes += bytes;
    if (source === "peers") this.#bytesFromPeers += bytes;
  }

  /** The first bytes of a download came in, and were reported to `received()`. */
  start(now: number): DownloadStart {
    return { at: now, bytesBefore: this.#bytes, fromPeersBefore: this.#bytesFromPeers };
  }

  /** A whole segment was fetched. */
  fetched(bytes: number, { firstByteSeconds, transferSeconds }: FetchTiming): void {
    // A segment that comes in one burst (a cache, loopback) says nothing finer than a millisecond.
    const bitsPerSecond = (bytes * 8) / Math.max(transferSeconds, 0.001);
    if (this.#bitsPerSecond !== null && this.#roundTripSeconds !== null) {
      const expected = this.#roundTripSeconds + (bytes * 8) / this.#bitsPerSecond;
      const late = Math.max(0, firstByteSeconds + transferSeconds - expected);
      this.#meanLateness += NEWEST_LATENESS * (late - this.#meanLateness);
    }
    this.#bitsPerSecond = blend(this.#bitsPerSecond, bitsPerSecond);
    this.#roundTripSeconds = blend(this.#roundTripSeconds, firstByteSeconds);
  }

  /** A fetch has come so far. The first tells of the line before it is done: over a full one that takes seconds. */
  isFetching(download: MeasuredDownload, now: number): void {
    const isJudged = download.start !== null && now - download.start.at >= FIRST_FETCH_SECONDS;
    if (isJudged && this.#duringFetches === null) this.sampled("cdn", download, now);
  }

  /**
   * A fetch or a transfer ended, or has come so far. Gives what came in meanwhile over all ways, in bits per second; null
   * if it was too little to tell.
   */
  sampled(source: "cdn" | "peers", { bytes, start }: MeasuredDownload, now: number): number | null {
    if (!start || bytes < LEAST_SAMPLE_BYTES) return null;
    const seconds = Math.max(now - start.at, 0.001);
    const sample = ((this.#bytes - start.bytesBefore) * 8) / seconds;
    if (source === "cdn") {
      this.#duringFetches = blend(this.#duringFetches, sample);
    } else {
      // Slow transfers may be slow at the other end, so fast ones count for longer.
      const known = this.#peersBitsPerSecond(now);
      const fromPeers = ((this.#bytesFromPeers - start.fromPeersBefore) * 8) / seconds;
      this.#transfers = known === null ? 1 : this.#transfers + 1;
      this.#duringTransfers = blendFastest(known, sample);
      this.#fromPeersDuringTransfers = blendFastest(
        known === null ? null : this.#fromPeersDuringTransfers,
        fromPeers,
      );
      this.#transferredAt = now;
    }
    return sample;
  }

  /** A segment came in, whoever sent it. */
  sawSegment(rendition: string, bytes: number): void {
    this.#segmentBytes.set(rendition, blend(this.#segmentBytes.get(rendition) ?? null, bytes));
  }

  /** Null until a first fetch has come through. */
  get bitsPerSecond(): number | null {
    return this.#bitsPerSecond;
  }

  /**
   * By how much a fetch may take longer than expected, as they lately did, in seconds. Nothing where peers are near: over a
   * line that they share fetches are late because it is full, and beginning them sooner would make it fuller.
   */
  latenessSeconds(now: number): number {
    return this.arePeersNear(now) ? 0 : LATENESS_ALLOWED * this.#meanLateness;
  }

  /**
   * What the line carries at least, in bits per second. Null while it isn't known of both fetches and transfers: a
   * slow CDN alone doesn't mean a slow line.
   */
  capacity(now: number): number | null {
    const peers = this.#peersBitsPerSecond(now);
    return this.#duringFetches === null || peers === null ? null : Math.max(this.#duringFetches, peers);
  }

  /** What comes in over all ways while a fetch runs, in bits per second; null while unknown. */
  get duringFetches(): number | null {
    return this.#duringFetches;
  }

  /** Whether transfers bring much more than fetches do. False while either isn't known. */
  arePeersNear(now: number): boolean {
    const peers = this.#peersBitsPerSecond(now);
    return this.#duringFetches !== null && peers !== null && peers > NEAR * this.#duringFetches;
  }

  /** Whether transfers of late are known to bring less than this by themselves. False until several were measured. */
  areTransfersSlower(bitsPerSecond: number, now: number): boolean {
    if (this.#peersBitsPerSecond(now) === null || this.#transfers < JUDGED_TRANSFERS) return false;
    return this.#fromPeersDuringTransfers < bitsPerSecond;
  }

  /** What to expect of the next fetch of this rendition; common values for what isn't measured yet. */
  estimate(rendition: string): Downlink {
    return {
      segmentBytes: this.#segmentBytes.get(rendition) ?? UNKNOWN_DOWNLINK.segmentBytes,
      bitsPerSecond: this.#bitsPerSecond ?? this.#duringFetches ?? UNKNOWN_DOWNLINK.bitsPerSecond,
      roundTripSeconds: this.#roundTripSeconds ?? UNKNOWN_DOWNLINK.roundTripSeconds,
    };
  }

  #peersBitsPerSecond(now: number): number | null {
    return now - this.#transferredAt < SAMPLE_HOLDS_SECONDS ? this.#duringTransfers : null;
  }
}

function blend(before: number | null, sample: number): number {
  return before === null ? sample : before + NEWEST * (sample - before);
}

/** A sample that is faster than those before counts at once. */
function blendFastest(before: number | null, sample: number): number {
  const known = before ?? 0;
  return Math.max(sample, known + SLOWER_TRANSFER * (sample - known));
}
