/**
 * Paces uploads so that the home's other traffic hardly notices: sends less when the uplink's queue grows (LEDBAT,
 * RFC 6817), and never more than a share of what the uplink was seen to carry.
 */

import { DeliveryMeter } from "./delivery-meter.ts";
import { TokenBucket } from "./token-bucket.ts";
import { UplinkDisuse } from "./uplink-disuse.ts";
import { type DelaySample, type QueueEstimate, UplinkQueue } from "./uplink-queue.ts";
import { keptFreeOf, spareOf } from "./uplink-share.ts";

export type { DelaySample };

/** RFC 6817 allows 100 ms at most; a call or a game should notice less. Nothing is sent above twice the target. */
const TARGET_QUEUE_SECONDS = 0.025;
const PAUSE_QUEUE_SECONDS = 2 * TARGET_QUEUE_SECONDS;

const START_BITS_PER_SECOND = 1_000_000;
/** Without replies to probes, no queue can be seen. */
const UNPROBED_BITS_PER_SECOND = 2_000_000;
const LEAST_BITS_PER_SECOND = 32_000;
const LEAST_UPLINK_BITS_PER_SECOND = 40_000;
const MOST_BITS_PER_SECOND = 200_000_000;

/** Seconds of sending in which the rate doubles: until the capacity is known, once it is forgotten, and when more is tried. */
const FIRST_DOUBLING_SECONDS = 0.25;
const AGAIN_DOUBLING_SECONDS = 0.6;
const LATER_DOUBLING_SECONDS = 2.5;
/** Seconds of sending at the ceiling before more is tried. */
const FIRST_QUIET_SECONDS = 1;
const LONGEST_QUIET_SECONDS = 8;
/** The stretch over which a faster delivery counts as more capacity. */
const GROWTH_SECONDS = 0.5;

/** Shorter measurements take late replies for a slow uplink. */
const MEASURED_SECONDS = 0.15;
/** Later measurements no longer see what was sent before the pause. */
const EPISODE_SECONDS = 3;
/** How far a short queue lowers the capacity, and how often: it may be noise, or a moment's traffic of others. */
const STEP_DOWN = 0.9;
const STEP_SECONDS = 0.3;
/** How far one episode lowers the capacity, unless its queue is longer, and lasts longer, than busy browsers make it look. */
const MOST_FALL = 3;
const LONG_QUEUE_SECONDS = 0.12;
const LASTING_SECONDS = 0.5;
const BEYOND_DOUBT_SECONDS = 0.5;
/**
 * The first uploads fill an uplink that isn't known. Packets get lost there, and while they are sent anew nothing seems to
 * arrive: a line that wasn't known for longer can't be seen to collapse.
 */
const SETTLED_SECONDS = 10;
/** A queue that outlasts a pause of this length isn't made of uploads. */
const YIELDING_SECONDS = 10;

/** Replies come every 100 ms while there are uploads. When one is late, sending waits for it. */
const OVERDUE_SECONDS = 0.15;
/** When none has come for this long, only the least is sent. */
const SILENT_SECONDS = 1;
const LONGEST_ROUND_TRIP_SECONDS = 0.3;

const MESSAGE_SECONDS = 0.01;
const SMALLEST_MESSAGE_BYTES = 1_100;
const LARGEST_MESSAGE_BYTES = 64 * 1024;

/** When to ask again if only a reply can end the wait. */
const ASK_AGAIN_SECONDS = 0.02;

/** A stretch of time in which uploads make a queue. */
interface Congestion {
  /** Since when the uplink has been busy without a break. */
  busySince: number;
  noticedAt: number;
  steppedDownAt: number;
  /** The rate at which the queue grew: the uplink can't have been seen to carry more media. */
  rate: number;
  /** Of the capacity that was known then, what uploads mustn't use. */
  keptFree: number;
  /** The most that was delivered, and what was acknowledged meanwhile. Bits per second. */
  delivered: number;
  acknowledged: number;
}

export class UplinkBudget {
  readonly #queue = new UplinkQueue();
  readonly #deliveries = new DeliveryMeter();
  readonly #bucket = new TokenBucket();
  readonly #disuse: UplinkDisuse;
  #capacity: number | null;
  #rate: number;
  #isGrowing: boolean;
  /** The last time at which the capacity wasn't known. */
  #unknownAt = Number.NEGATIVE_INFINITY;
  #congestion: Congestion | null = null;
  /** The rate was halved once: from then on it grows in smaller steps. */
  #hasBackedOff = false;
  #uncongestedAt = Number.NEGATIVE_INFINITY;
  /** Since when the queue has been too long to send anything. */
  #pausedAt: number | null = null;
  /** Seconds of sending at the ceiling, without a queue. */
  #quietSeconds = 0;
  /** How many of them it takes until more is tried: twice as many each time that showed a queue. */
  #quietNeeded: number;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #lastReplyAt = Number.NEGATIVE_INFINITY;
  /** When the next reply should have come; null if nothing was sent since the last. */
  #overdueAt: number | null = null;
  #roundTripSeconds = 0;

  /** Takes the uplink's capacity as remembered from the last visit; null if unknown. */
  constructor(knownBitsPerSecond: number | null) {
    this.#capacity = knownBitsPerSecond;
    this.#disuse = new UplinkDisuse(knownBitsPerSecond);
    this.#rate = knownBitsPerSecond === null ? START_BITS_PER_SECOND : spareOf(knownBitsPerSecond);
    this.#isGrowing = knownBitsPerSecond === null;
    this.#quietNeeded = knownBitsPerSecond === null ? FIRST_QUIET_SECONDS : LONGEST_QUIET_SECONDS;
  }

  /** Measured capacity; null while unknown or long unused, which it stays as long as uploads never make a queue. */
  get uplinkBitsPerSecond(): number | null {
    return this.#capacity;
  }

  /** What may be given away of the capacity; null while unknown, 0 while others keep the uplink full. */
  get spareBitsPerSecond(): number | null {
    if (this.#pausedAt !== null && this.#lastReplyAt - this.#pausedAt > YIELDING_SECONDS) return 0;
    return this.#capacity === null ? null : spareOf(this.#capacity);
  }

  /** The queue on the uplink, as far as replies tell. */
  queueSeconds(now: number): number {
    return this.#queue.estimate(now)?.queueSeconds ?? 0;
  }

  /**
   * The uplink carries no more than this any more, as a connection shows that it fills. Bits per second. Ignored until the
   * capacity has been known for a while.
   */
  collapsed(bitsPerSecond: number, now: number): void {
    if (this.#capacity === null || now - this.#unknownAt < SETTLED_SECONDS) return;
    this.#setCapacity(Math.min(bitsPerSecond, this.#capacity));
  }

  /** Whether the uplink has a queue for sure, longer than busy browsers make it look. */
  hasLongQueue(now: number): boolean {
    return (this.#queue.estimate(now)?.surelySeconds ?? 0) > LONG_QUEUE_SECONDS;
  }

  /** A peer replied to a probe. Probes go out every 100 ms while there is something to upload, else every second. */
  probed(sample: DelaySample, now: number): void {
    if (this.#capacity !== null && this.#disuse.outlasts(this.#capacity, now)) this.#forgetCapacity();
    if (this.#capacity === null) this.#unknownAt = now;
    const newestSeconds = this.#queue.probed(sample, now);
    this.#deliveries.reported(sample, sample.sentAt + this.#queue.newestWait());
    this.#lastReplyAt = now;
    this.#roundTripSeconds = Math.min(now - sample.sentAt, LONGEST_ROUND_TRIP_SECONDS);
    const estimate = this.#queue.estimate(now);
    if (estimate && estimate.queueSeconds > TARGET_QUEUE_SECONDS) {
      this.#congested(estimate, newestSeconds, now);
    } else {
      this.#uncongested(now);
    }
    const isPaused = this.#isPaused(now);
    this.#pausedAt = isPaused ? (this.#pausedAt ?? now) : null;
    // A pause must be ended by a reply: that the last one is out of date isn't enough.
    this.#overdueAt = isPaused ? now + OVERDUE_SECONDS : null;
  }

  /** The connection is gone. */
  closed(peerId: string): void {
    this.#queue.closed(peerId);
    this.#deliveries.closed(peerId);
  }

  /** Media bytes were handed to a connection: the same bytes as peers count in `bytesReceived`. */
  sent(bytes: number, now: number): void {
    const bits = bytes * 8;
    this.#bucket.spend(bits, this.#allowed(now), now);
    this.#deliveries.sent(bytes);
    this.#lastSentAt = now;
    this.#disuse.ended(now);
    const isAmongReplies = now - this.#lastReplyAt < OVERDUE_SECONDS;
    this.#overdueAt ??= now + OVERDUE_SECONDS + (isAmongReplies ? 0 : this.#roundTripSeconds);
    if (this.#bucket.isLimiting && this.#congestion === null && this.#queue.isProbed) this.#used(bits);
  }

  /** A peer sent media bytes. What acknowledges them leaves by the uplink, too. */
  received(bytes: number, now: number): void {
    this.#deliveries.received(bytes, now);
  }

  /** Seconds until the next message may be sent; 0 if it may be sent now. Ask again after a reply to a probe. */
  secondsUntilRoom(now: number): number {
    const seconds = this.#bucket.secondsUntilRoom(this.#allowed(now), now);
    return seconds === 0 && this.#mustWait(now) ? ASK_AGAIN_SECONDS : seconds;
  }

  /** How large the next message may be. At 400 kbit/s, 16 KB alone would be a queue of 300 ms. */
  messageBytes(now: number): number {
    const bytes = Math.floor((this.#allowed(now) * MESSAGE_SECONDS) / 8);
    return Math.min(Math.max(bytes, SMALLEST_MESSAGE_BYTES), LARGEST_MESSAGE_BYTES);
  }

  /** The uplink seems to have a queue. Once that is sure, what is delivered meanwhile is its capacity. */
  #congested(
    { queueSeconds, surelySeconds, since }: QueueEstimate,
    newestSeconds: number,
    now: number,
  ): void {
    const isLong = queueSeconds > PAUSE_QUEUE_SECONDS;
    if (this.#congestion === null) {
      // Less was sent than the rate allows: a short queue is noise, or others' traffic.
      if (!isLong && !this.#bucket.isLimiting) return;
      // Nothing was sent lately: others' traffic. Probed before the last queue was gone: a late reply.
      if (now - this.#lastSentAt > SILENT_SECONDS || since < this.#uncongestedAt) return;
      this.#congestion = {
        busySince: since,
        noticedAt: now,
        steppedDownAt: now,
        rate: this.#rate,
        keptFree: this.#capacity === null ? 0 : keptFreeOf(this.#capacity),
        delivered: 0,
        acknowledged: 0,
      };
      this.#backOff();
    }
    const congestion = this.#congestion;
    this.#quietSeconds = 0;
    // After a probe that didn't wait, the uplink may have been idle: that time mustn't be measured.
    if (newestSeconds <= TARGET_QUEUE_SECONDS || now - congestion.noticedAt > EPISODE_SECONDS) return;
    // One late reply is no measurement: the sender that passes for too weak isn't asked for anything any more.
    if (surelySeconds <= TARGET_QUEUE_SECONDS) return;
    const { seconds, delivered, acknowledged } = this.#deliveries.since(congestion.busySince);
    if (seconds < MEASURED_SECONDS) return;
    congestion.delivered = Math.max(congestion.delivered, Math.min(delivered, congestion.rate));
    congestion.acknowledged = Math.max(congestion.acknowledged, acknowledged);
    const isLasting = now - congestion.noticedAt > LASTING_SECONDS && surelySeconds > LONG_QUEUE_SECONDS;
    const isSure = isLasting || surelySeconds > BEYOND_DOUBT_SECONDS;
    // Busy browsers may make it look like less, so what isn't sure falls no further.
    const media = Math.max(congestion.delivered, isSure ? 0 : congestion.rate / MOST_FALL);
    const measured = media + congestion.acknowledged;
    const capacity = this.#capacity;
    if (capacity === null || isSure) {
      this.#setCapacity(measured);
      return;
    }
    const step = STEP_DOWN * capacity;
    // Uploads never were as much as the uplink carries, so what was kept free counts as carried until the queue is sure.
    const lowered = Math.max(measured, isLong ? Math.min(step, media + congestion.keptFree) : step);
    if (this.#isGrowing) {
      this.#setCapacity(lowered);
    } else if (now - congestion.steppedDownAt > STEP_SECONDS) {
      congestion.steppedDownAt = now;
      this.#setCapacity(Math.min(capacity, lowered));
    }
  }

  /** Halves the rate for a moment, whatever is in the way: it may be the line, or a busy browser's late reply. */
  #backOff(): void {
    const least = this.#capacity === null ? START_BITS_PER_SECOND / 4 : spareOf(this.#capacity) / 2;
    this.#rate = Math.min(this.#rate, Math.max(this.#rate / 2, least));
    this.#hasBackedOff = true;
  }

  /** The rate stays where it was, and grows from there as if the capacity had never been known. */
  #forgetCapacity(): void {
    this.#capacity = null;
    this.#isGrowing = true;
    this.#quietNeeded = FIRST_QUIET_SECONDS;
  }

  #setCapacity(bitsPerSecond: number): void {
    this.#disuse.measured(bitsPerSecond);
    if (this.#isGrowing) this.#quietNeeded = Math.min(LONGEST_QUIET_SECONDS, 2 * this.#quietNeeded);
    // So much less may be a line that collapsed, or a busy machine: the sooner more is tried, the sooner it shows.
    if (bitsPerSecond < (this.#capacity ?? 0) / 2) this.#quietNeeded = FIRST_QUIET_SECONDS;
    this.#capacity = Math.max(bitsPerSecond, LEAST_UPLINK_BITS_PER_SECOND);
    this.#rate = spareOf(this.#capacity);
    this.#isGrowing = false;
  }

  /** The uplink has no queue. While the rate grows, it carries at least what is delivered. */
  #uncongested(now: number): void {
    if (this.#congestion) this.#uncongestedAt = now;
    this.#congestion = null;
    if (!this.#isGrowing || this.#capacity === null) return;
    const { seconds, delivered } = this.#deliveries.since(now - GROWTH_SECONDS);
    if (seconds < MEASURED_SECONDS) return;
    this.#capacity = Math.max(this.#capacity, Math.min(delivered, this.#rate));
  }

  /** Grows by what is sent, not by the time that passes: pauses between segments don't matter. */
  #used(bits: number): void {
    if (this.#capacity !== null && !this.#isGrowing && this.#rate >= spareOf(this.#capacity)) {
      this.#quietSeconds += bits / this.#rate;
      if (this.#quietSeconds < this.#quietNeeded) return;
      this.#quietSeconds = 0;
      this.#isGrowing = true;
    }
    this.#rate = Math.min(this.#rate + (bits * Math.LN2) / this.#doublingSeconds, MOST_BITS_PER_SECOND);
  }

  get #doublingSeconds(): number {
    if (this.#capacity !== null) return this.#isGrowing ? LATER_DOUBLING_SECONDS : AGAIN_DOUBLING_SECONDS;
    return this.#hasBackedOff || this.#disuse.hasForgotten ? AGAIN_DOUBLING_SECONDS : FIRST_DOUBLING_SECONDS;
  }

  #allowed(now: number): number {
    if (this.#queue.isProbed) return this.#isSilent(now) ? LEAST_BITS_PER_SECOND : this.#rate;
    return this.#capacity === null
      ? UNPROBED_BITS_PER_SECOND
      : Math.min(this.#rate, UNPROBED_BITS_PER_SECOND);
  }

  #mustWait(now: number): boolean {
    if (!this.#queue.isProbed || this.#isSilent(now)) return false;
    return this.#isPaused(now) || (this.#overdueAt !== null && now > this.#overdueAt);
  }

  #isPaused(now: number): boolean {
    return this.queueSeconds(now) > PAUSE_QUEUE_SECONDS;
  }

  #isSilent(now: number): boolean {
    return this.#overdueAt !== null && now > this.#overdueAt + SILENT_SECONDS;
  }
}
