/**
 * Paces what is sent over one connection, so that the peer's line isn't filled: its downlink by the segment, or its
 * uplink by the acknowledgments. The signal is the connection's own delay, beyond the queue on this viewer's uplink.
 */

import { TokenBucket } from "./token-bucket.ts";
import { type DelaySample, RecentMinimum } from "./uplink-queue.ts";

/** A queue is what three replies in a row saw, or two if it is long: a busy browser is late by as much, but not as often. */
const QUEUE_SECONDS = 0.08;
const REPLIES = 3;
const LONG_QUEUE_SECONDS = 0.2;

/** What replies show on average when nothing was sent for so long is a busy browser, or others' traffic. */
const IDLE_SECONDS = 0.5;
const NEWEST = 0.2;

/** What arrives while there is a queue is what the path carries. Less than that empties it. */
const CUT = 0.7;
/** So long a cut needs to show. */
const CUT_SECONDS = 0.3;
/** The share of what the path was seen to carry that is sent again soon. */
const USED = 0.9;
/** With each reply that shows no queue, ten times a second: up to that share, and beyond it. */
const RECOVERY = 1.1;
const GROWTH = 1.02;

const LEAST_BITS_PER_SECOND = 400_000;

/** Replies that are closer to each other say little about what came between them. */
const JUDGED_SECONDS = 0.15;

/** A path that was fast enough for so long may be as fast as any. */
const FORGOTTEN_SECONDS = 120;

export class PathPace {
  readonly #roundTrip = new RecentMinimum();
  readonly #bucket = new TokenBucket();
  /** The newest last. */
  #replies: { receivedAt: number; bytesReceived: number; queueSeconds: number }[] = [];
  /** Null while the path isn't known to be slower than the uplink. */
  #bitsPerSecond: number | null = null;
  /** What the path carried when it was last full. */
  #carriedBitsPerSecond = 0;
  #cutAt = Number.NEGATIVE_INFINITY;
  #sentAt = Number.NEGATIVE_INFINITY;
  #bytesSent = 0;
  #bytesReceived = 0;
  #idleQueueSeconds = 0;

  /** Null for no limit. */
  get bitsPerSecond(): number | null {
    return this.#bitsPerSecond;
  }

  /** Handed to the connection, and not received by the peer as far as its last reply says. */
  get bytesUnderWay(): number {
    return Math.max(0, this.#bytesSent - this.#bytesReceived);
  }

  /** What the peer received between its last replies. Null while they are too close to each other to tell. */
  get recentBitsPerSecond(): number | null {
    const { seconds, bits } = this.#lately;
    return this.#replies.length === REPLIES && seconds >= JUDGED_SECONDS ? bits / seconds : null;
  }

  /** The peer replied to a probe. `uplinkQueueSeconds` is the part of its delay that this viewer's uplink made. */
  probed(
    { sentAt, receivedAt, bytesReceived }: Omit<DelaySample, "peerId">,
    uplinkQueueSeconds: number,
    now: number,
  ): void {
    const queueSeconds = this.#roundTrip.excess(now - sentAt, now) - uplinkQueueSeconds;
    if (sentAt - this.#sentAt > IDLE_SECONDS) {
      this.#idleQueueSeconds += NEWEST * (queueSeconds - this.#idleQueueSeconds);
    }
    this.#bytesReceived = bytesReceived;
    this.#replies = [...this.#replies.slice(1 - REPLIES), { receivedAt, bytesReceived, queueSeconds }];
    if (this.#sawQueue(REPLIES, QUEUE_SECONDS)) this.#cut(now);
    else if (this.#sawQueue(REPLIES - 1, LONG_QUEUE_SECONDS)) this.#cut(now);
    else if (!this.#sawQueue(1, QUEUE_SECONDS)) this.#grow(now);
  }

  sent(bytes: number, now: number): void {
    this.#sentAt = now;
    this.#bytesSent += bytes;
    if (this.#bitsPerSecond !== null) this.#bucket.spend(bytes * 8, this.#bitsPerSecond, now);
  }

  /** Seconds until the next message may be sent to this peer. */
  secondsUntilRoom(now: number): number {
    return this.#bitsPerSecond === null ? 0 : this.#bucket.secondsUntilRoom(this.#bitsPerSecond, now);
  }

  #sawQueue(replies: number, longerThanSeconds: number): boolean {
    const newest = this.#replies.slice(-replies);
    const longest = longerThanSeconds + this.#idleQueueSeconds;
    return newest.length === replies && newest.every(({ queueSeconds }) => queueSeconds > longest);
  }

  #cut(now: number): void {
    if (now - this.#cutAt < CUT_SECONDS) return;
    const delivered = this.#deliveredBitsPerSecond;
    // Nothing was sent: whatever fills the path, it isn't this viewer.
    if (delivered === 0) return;
    this.#cutAt = now;
    this.#carriedBitsPerSecond = Math.min(delivered, this.#bitsPerSecond ?? delivered);
    this.#bitsPerSecond = Math.max(LEAST_BITS_PER_SECOND, CUT * this.#carriedBitsPerSecond);
  }

  #grow(now: number): void {
    if (this.#bitsPerSecond === null) return;
    if (now - this.#cutAt > FORGOTTEN_SECONDS) this.#bitsPerSecond = null;
    else if (this.#bitsPerSecond < USED * this.#carriedBitsPerSecond) this.#bitsPerSecond *= RECOVERY;
    else if (this.#bucket.isLimiting) this.#bitsPerSecond *= GROWTH;
  }

  /** On the peer's clock, over the last replies. */
  get #deliveredBitsPerSecond(): number {
    const { seconds, bits } = this.#lately;
    return seconds > 0 ? bits / seconds : 0;
  }

  get #lately(): { seconds: number; bits: number } {
    const times = this.#replies.map(({ receivedAt }) => receivedAt);
    const counts = this.#replies.map(({ bytesReceived }) => bytesReceived);
    const bytes = Math.max(...counts) - Math.min(...counts);
    return { seconds: Math.max(...times) - Math.min(...times), bits: bytes * 8 };
  }
}
