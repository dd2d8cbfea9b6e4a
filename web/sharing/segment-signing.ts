/**
 * Which segments need a signature now. Who fetches a segment from the CDN while it is among peers brings its signature
 * along, so that they may have both; what it fetched before it met them is signed later, as long as it may help.
 */

import type { Moment } from "./moment.ts";
import { LONGEST_RETRY_SECONDS, retryDelaySeconds } from "./retry-delay.ts";
import type { SchedulerCommand } from "./scheduler-events.ts";
import { isAhead, type Segment } from "./segment-state.ts";

/** So many in a row without a signature: the signer is away, or signs something else. */
const REFUSALS_TO_TELL = 2;

/**
 * Who takes everything from peers asks for no signatures, and so doesn't learn that they come again: what was refused
 * is forgotten after the longest time between two tries, which chance makes up to half as long again.
 */
const REFUSAL_SECONDS = 1.5 * LONGEST_RETRY_SECONDS;

export class SegmentSigning {
  #refusals = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #hasSigned = false;

  /** Whether signatures come; null while none was needed. */
  get works(): boolean | null {
    if (this.#refusals >= REFUSALS_TO_TELL) return false;
    return this.#hasSigned ? true : null;
  }

  /** Forgets what was refused a while ago. Call this before asking whether signatures come. */
  expireRefusals(now: number): void {
    if (now - this.#refusedAt > REFUSAL_SECONDS) this.#refusals = 0;
  }

  /** What to ask for now that this viewer is connected with peers. */
  review(segments: readonly Segment[], rendition: string, moment: Readonly<Moment>): SchedulerCommand[] {
    const { shares, signs } = moment.settings;
    if (!shares || !signs) return [];
    return segments.flatMap((segment) => this.#ask(segment, rendition, moment));
  }

  /** Takes an answer. Returns what to do with it. */
  answered(
    segment: Segment,
    rendition: string,
    trailer: ArrayBuffer | null,
    { now, random }: Readonly<Moment>,
  ): SchedulerCommand[] {
    const { state, signature, listed } = segment;
    if (state.status !== "stored" || signature.status !== "asked") return [];
    if (trailer === null) {
      this.#refusals += 1;
      this.#refusedAt = now;
      const count = this.#refusals;
      segment.signature = { status: "refused", count, retryAt: now + retryDelaySeconds(count, random()) };
      return [];
    }
    this.#refusals = 0;
    this.#hasSigned = true;
    segment.signature = { status: "signed" };
    return [{ type: "attach-trailer", rendition, sequence: listed.sequence, trailer }];
  }

  #ask(segment: Segment, rendition: string, moment: Readonly<Moment>): SchedulerCommand[] {
    const { state, signature, listed } = segment;
    const { sequence, url } = listed;
    if (state.status === "from-cdn" && !segment.isSignatureFetched) {
      segment.isSignatureFetched = true;
      return [{ type: "fetch-signature", sequence }];
    }
    const isDue =
      signature.status === "none" || (signature.status === "refused" && signature.retryAt <= moment.now);
    // Peers who are further behind get it from others, or from the CDN.
    const isBehind = moment.positionSeconds !== null && !isAhead(segment, moment);
    if (state.status !== "stored" || !isDue || isBehind) return [];
    segment.signature = { status: "asked" };
    return [{ type: "sign", rendition, sequence, url, data: state.delivery.data }];
  }
}
