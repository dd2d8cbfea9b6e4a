/** Estimates the queue on the viewer's own uplink from the one-way delay of probes (LEDBAT, RFC 6817). */

/** What a peer's reply to a probe says: finite numbers, otherwise not believed. Seconds. */
export interface DelaySample {
  peerId: string;
  sentAt: number;
  /** On the peer's clock. */
  receivedAt: number;
  /** Media bytes that the peer has received on this connection so far. */
  bytesReceived: number;
}

/** The queue, and since when the uplink has had one at least that long. Seconds. */
export interface QueueEstimate {
  queueSeconds: number;
  since: number;
}

/** A minimum for each minute, as RFC 6817's BASE_HISTORY. After two to three minutes, a longer route is the base. */
const BUCKET_SECONDS = 60;
const BUCKETS = 3;

/** A busy browser replies tens of milliseconds late, but seldom three times in a row: RFC 6817's CURRENT_FILTER. */
const FILTERED_SAMPLES = 3;

/** Longer than what a busy browser adds: needs no second sample. */
const BEYOND_NOISE_SECONDS = 0.1;

const FRESH_SECONDS = 1;

/** A connection without uploads is probed once a second: its last reply is no news beside others' newer ones. */
const CONCURRENT_SECONDS = 0.3;

/** How much of a longer round trip may be blamed on the way back, whatever the peer's clock says. */
const WAY_BACK_SECONDS = 0.5;

/** The smallest value of the last minutes. */
export class RecentMinimum {
  readonly #buckets: { startsAt: number; minimum: number }[] = [];

  /** Returns how far the value is above the minimum, which includes the value itself. */
  excess(value: number, now: number): number {
    const newest = this.#buckets.at(-1);
    if (newest && now - newest.startsAt < BUCKET_SECONDS) newest.minimum = Math.min(newest.minimum, value);
    else this.#buckets.push({ startsAt: now, minimum: value });
    if (this.#buckets.length > BUCKETS) this.#buckets.shift();
    return value - Math.min(...this.#buckets.map(({ minimum }) => minimum));
  }
}

interface Connection {
  oneWay: RecentMinimum;
  roundTrip: RecentMinimum;
  /** Newest last. */
  recent: { sentAt: number; repliedAt: number; queueSeconds: number }[];
}

export class UplinkQueue {
  readonly #connections = new Map<string, Connection>();
  #repliedAt = Number.NEGATIVE_INFINITY;

  /** Whether any peer's replies are known. */
  get isProbed(): boolean {
    return this.#connections.size > 0;
  }

  /**
   * Takes one reply and returns the queue that this probe waited in. Clocks differ by an unknown constant, which
   * the minimum removes. The round trip is measured on one clock only, so it bounds what a peer can claim.
   */
  probed({ peerId, sentAt, receivedAt }: DelaySample, now: number): number {
    const connection = this.#connections.get(peerId) ?? {
      oneWay: new RecentMinimum(),
      roundTrip: new RecentMinimum(),
      recent: [],
    };
    this.#connections.set(peerId, connection);
    const longerRoundTrip = connection.roundTrip.excess(now - sentAt, now);
    const longerOneWay = connection.oneWay.excess(receivedAt - sentAt, now);
    const queueSeconds = Math.min(
      Math.max(longerOneWay, longerRoundTrip - WAY_BACK_SECONDS),
      longerRoundTrip,
    );
    this.#repliedAt = now;
    connection.recent.push({ sentAt, repliedAt: now, queueSeconds });
    if (connection.recent.length > FILTERED_SAMPLES) connection.recent.shift();
    return queueSeconds;
  }

  closed(peerId: string): void {
    this.#connections.delete(peerId);
  }

  /**
   * The own uplink is what all connections share, so its queue is the smallest that any of them sees: a longer one
   * is further on. Null without a reply in the last second.
   */
  estimate(now: number): QueueEstimate | null {
    let smallest: QueueEstimate | null = null;
    for (const { recent } of this.#connections.values()) {
      const newest = recent.at(-1);
      if (!newest || now - newest.repliedAt > FRESH_SECONDS + newest.queueSeconds) continue;
      if (this.#repliedAt - newest.repliedAt > CONCURRENT_SECONDS) continue;
      const filtered = newest.queueSeconds > BEYOND_NOISE_SECONDS ? [newest] : recent;
      const queueSeconds = Math.min(...filtered.map((sample) => sample.queueSeconds));
      const since = Math.min(
        ...filtered.map((one) => one.sentAt).filter((sentAt) => newest.sentAt - sentAt < CONCURRENT_SECONDS),
      );
      if (!smallest || queueSeconds < smallest.queueSeconds) smallest = { queueSeconds, since };
    }
    return smallest;
  }
}
