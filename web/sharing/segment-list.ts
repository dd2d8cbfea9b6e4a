/** The segments of the rendition that is played: those that its playlist lists, with all that is known of each. */

import type { DownloadStart } from "./downlink-meter.ts";
import type { Delivery, ListedSegment } from "./scheduler-events.ts";
import {
  addProgress,
  fetchOf,
  isToBeFetched,
  newSegment,
  type Segment,
  type Transfer,
  transferOf,
} from "./segment-state.ts";

/** Segments further behind the playhead are let go, so that a long DVR window doesn't fill the memory. */
const KEPT_BEHIND_SECONDS = 60;

/** What is known of a segment as it is first listed. */
interface FirstKnown {
  now: number;
  isElectable: boolean;
  /** What the viewer holds already. */
  held: ReadonlyMap<number, Delivery>;
}

export class SegmentList {
  readonly #segments = new Map<number, Segment>();
  #last: number | null = null;

  /** In the playlist's order. */
  get all(): Segment[] {
    return [...this.#segments.values()];
  }

  /** The sequence number of the last segment that the playlist listed; null before the first playlist. */
  get last(): number | null {
    return this.#last;
  }

  get(sequence: number): Segment | undefined {
    return this.#segments.get(sequence);
  }

  find(isWanted: (segment: Segment) => boolean): Segment | undefined {
    return this.all.find(isWanted);
  }

  /** The segment that this fetch brings. */
  fetchedBy(fetch: string): Segment | undefined {
    return this.find((segment) => fetchOf(segment)?.fetch === fetch);
  }

  /** Where the player is: at the latest segment that is held, or before any is, at the one that it waits for. */
  get played(): Segment | undefined {
    const latest = this.all.findLast(({ state }) => state.status === "stored");
    return latest ?? this.find(({ demands }) => demands.size > 0);
  }

  /** Whether a segment is held or being fetched. */
  isComing(sequence: number): boolean {
    const segment = this.#segments.get(sequence);
    return segment !== undefined && !isToBeFetched(segment);
  }

  get held(): Map<number, Delivery> {
    const deliveries = new Map<number, Delivery>();
    for (const [sequence, { state }] of this.#segments) {
      if (state.status === "stored") deliveries.set(sequence, state.delivery);
    }
    return deliveries;
  }

  /** Takes a playlist, and gives what left it. */
  update(listed: readonly ListedSegment[], { now, isElectable, held }: FirstKnown): Segment[] {
    const isContinued = listed.some(({ sequence }) => this.#segments.has(sequence));
    this.#last = listed.at(-1)?.sequence ?? null;
    for (const one of listed) {
      const known = this.#segments.get(one.sequence);
      if (known) known.listed = one;
      else this.#segments.set(one.sequence, newSegment(one, now, isElectable, held.get(one.sequence)));
    }
    return this.#takeUnlisted(listed, isContinued);
  }

  /** Another rendition is played: gives what was listed until then. */
  leave(): Segment[] {
    const { all } = this;
    this.#segments.clear();
    this.#last = null;
    return all;
  }

  /** Lets go of what lies well behind the playhead, and says what that was. */
  letGoBehind(positionSeconds: number): Segment[] {
    const keptFrom = positionSeconds - KEPT_BEHIND_SECONDS;
    const behind = this.all.filter(
      ({ listed, state }) => listed.endSeconds <= keptFrom && state.status === "stored",
    );
    for (const segment of behind) segment.state = { status: "missing" };
    return behind;
  }

  /**
   * Bytes came from a peer; an empty id stands for one that isn't known. Gives the transfers that they may be of. `start`
   * describes the moment, in case they are the first.
   */
  transferred(peerId: string, bytes: number, start: DownloadStart): Transfer[] {
    const transfers = this.all.flatMap((segment) => transferOf(segment) ?? []);
    const sent = transfers.filter((transfer) => transfer.peerId === peerId || peerId === "");
    for (const transfer of sent) addProgress(transfer, bytes, start);
    return sent;
  }

  /** A playlist that continues the last one may be a stale copy from a cache: what it doesn't list yet stays. */
  #takeUnlisted(listed: readonly ListedSegment[], isContinued: boolean): Segment[] {
    const sequences = new Set(listed.map(({ sequence }) => sequence));
    const last = listed.at(-1)?.sequence ?? Number.POSITIVE_INFINITY;
    const gone = this.all.filter(
      ({ listed: { sequence } }) => !sequences.has(sequence) && (sequence < last || !isContinued),
    );
    for (const { listed: left } of gone) this.#segments.delete(left.sequence);
    return gone;
  }
}
