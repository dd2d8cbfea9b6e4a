/**
 * Decides when a viewer leaves the swarms because of its uplink. One that can neither give nor take would still hear
 * and answer its peers, and on such a line that alone is felt.
 */

import { isTooWeakToTake, streamBitsPerSecond } from "./fitness.ts";
import type { Moment } from "./moment.ts";

/** It stays away twice as long each time. */
const FIRST_SECONDS = 5 * 60;
const LONGEST_SECONDS = 30 * 60;

/** An uplink that spares so many times less than it did has collapsed: its viewer leaves at once, for a shorter time. */
const COLLAPSED = 8;
/** Connecting anew, and being measured, fill such an uplink for seconds: it mustn't happen often. */
const COLLAPSED_SECONDS = 3 * 60;

/** A line that carries less than this beside the stream is probably shared with other viewers, and needs its peers. */
const CDN_MARGIN = 2;

export class WeakUplink {
  #nextSeconds = FIRST_SECONDS;
  /** Measured once as too weak. One measurement may be wrong: it is soon forgotten, and the next one decides. */
  #isSuspected = false;
  #isMeasuredAnew = false;
  /** The most that it was known to spare. */
  #mostBitsPerSecond = 0;

  /** For how many seconds to stay away from now on; null to stay. */
  review(rendition: string, moment: Readonly<Moment>): number | null {
    const { uplinkBitsPerSecond, downlink, settings, now } = moment;
    if (uplinkBitsPerSecond === null) this.#isMeasuredAnew = this.#isSuspected;
    this.#mostBitsPerSecond = Math.max(this.#mostBitsPerSecond, uplinkBitsPerSecond ?? 0);
    // Nothing is to spare while others in the home fill the uplink, which passes.
    if (uplinkBitsPerSecond === null || uplinkBitsPerSecond === 0 || !isTooWeakToTake(moment)) return null;
    this.#isSuspected = true;
    const hasCollapsed = this.#mostBitsPerSecond > COLLAPSED * uplinkBitsPerSecond;
    if (!this.#isMeasuredAnew && !hasCollapsed) return null;
    const needed = CDN_MARGIN * streamBitsPerSecond(rendition, settings.segmentSeconds, downlink);
    if (downlink.bitsPerSecond === null || downlink.bitsPerSecond < needed) return null;
    if (downlink.arePeersNear(now)) return null;
    this.#mostBitsPerSecond = 0;
    if (!this.#isMeasuredAnew) return COLLAPSED_SECONDS;
    const seconds = this.#nextSeconds;
    this.#nextSeconds = Math.min(LONGEST_SECONDS, 2 * seconds);
    return seconds;
  }
}
