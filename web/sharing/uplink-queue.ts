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

/** The queue, and since when the uplink has been busy without a break. Seconds. */
export interface QueueEstimate {
  queueSeconds: number;
  since: number;
  /** How much of it can't be late replies: as much as several in a row waited, or more than a busy browser adds. */
  surelySeconds: number;
}

/** A minimum for each minute, as RFC 6817's BASE_HISTORY. After two to three minutes, a longer route is the base. */
const BUCKET_SECONDS = 60;
const BUCKETS = 3;

/** Longer than what a busy browser adds: needs no second round of probes. */
const BEYOND_NOISE_SECONDS = 0.1;

const FRESH_SECONDS = 1;

/** A browser is seldom busy for this long while it plays. */
const BEYOND_DOUBT_SECONDS = 0.5;

/** While there are uploads, some connections are probed together every 0.1 s: a round of probes, which meet one queue. */
const ROUND_SECONDS = 0.05;
const RECENT_SECONDS = 0.6;
/** Probes of this time tell of the same queue. */
const CONCURRENT_SECONDS = 0.15;

/**
 * How many rounds in a row must have met a queue, as RFC 6817's CURRENT_FILTER: one may have met a burst of messages, or
 * a browser that was busy. Where several peers reply, they are seldom all busy.
 */
const ROUNDS = { ofFew: 3, ofSeveral: 2 };
const SEVERAL_PEERS = 3;
/** So many replies to two rounds are sure. */
const SURE_SAMPLES = 5;

/** Shorter, and it may be a burst of messages: the uplink was idle just before. */
const BUSY_QUEUE_SECONDS = 0.02;

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

interface Sample {
  peerId: string;
  sentAt: number;
  repliedAt: number;
  queueSeconds: number;
}

interface Connection {
  oneWay: RecentMinimum;
  roundTrip: RecentMinimum;
}

export class UplinkQueue {
  readonly #connections = new Map<string, Connection>();
  /** Replies to the last probes; those to the latest come first. */
  #recent: Sample[] = [];
  #busySince: number | null = null;

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
    };
    this.#connections.set(peerId, connection);
    const longerRoundTrip = connection.roundTrip.excess(now - sentAt, now);
    const longerOneWay = connection.oneWay.excess(receivedAt - sentAt, now);
    const queueSeconds = Math.min(
      Math.max(longerOneWay, longerRoundTrip - WAY_BACK_SECONDS),
      longerRoundTrip,
    );
    this.#recent.push({ peerId, sentAt, repliedAt: now, queueSeconds });
    this.#recent.sort((one, other) => other.sentAt - one.sentAt);
    this.#recent = this.#within(RECENT_SECONDS);
    if (this.#judged().queueSeconds <= BUSY_QUEUE_SECONDS) this.#busySince = null;
    else this.#busySince ??= sentAt;
    return queueSeconds;
  }

  closed(peerId: string): void {
    this.#connections.delete(peerId);
    this.#recent = this.#recent.filter((sample) => sample.peerId !== peerId);
  }

  /** What the newest probes waited at most, as all connections share the uplink. Call this after a reply. */
  newestWait(): number {
    return leastOf(this.#within(ROUND_SECONDS));
  }

  /** Null without a reply in the last second. */
  estimate(now: number): QueueEstimate | null {
    const latest = this.#recent.find((one) => now - one.repliedAt <= FRESH_SECONDS + one.queueSeconds);
    return latest ? { ...this.#judged(), since: this.#busySince ?? latest.sentAt } : null;
  }

  /** The own uplink is what all connections share, so its queue is the least that any probe met: a longer one is further on. */
  #judged(): { queueSeconds: number; surelySeconds: number } {
    const concurrent = this.#within(CONCURRENT_SECONDS);
    const newestOfEach = new Map([...concurrent].reverse().map((sample) => [sample.peerId, sample]));
    const newest = leastOf([...newestOfEach.values()]);
    const kind = newestOfEach.size < SEVERAL_PEERS ? "ofFew" : "ofSeveral";
    const rounds = this.#roundsOf(newestOfEach);
    const inARow = leastInARow(rounds, ROUNDS[kind], 1);
    // Over a line that collapsed, some of the probes get lost: then it takes one round more.
    const surely = Math.max(leastInARow(rounds, 2, SURE_SAMPLES), leastInARow(rounds, 3, 3));
    return {
      queueSeconds: newest > BEYOND_NOISE_SECONDS ? newest : inARow,
      surelySeconds: newest > BEYOND_DOUBT_SECONDS ? newest : surely,
    };
  }

  /** What these peers replied, in rounds, the latest first. */
  #roundsOf(peers: ReadonlyMap<string, Sample>): Sample[][] {
    const rounds: Sample[][] = [];
    let latest = Number.POSITIVE_INFINITY;
    for (const sample of this.#recent) {
      if (!peers.has(sample.peerId)) continue;
      if (latest - sample.sentAt < ROUND_SECONDS) {
        rounds.at(-1)?.push(sample);
        continue;
      }
      latest = sample.sentAt;
      rounds.push([sample]);
    }
    return rounds;
  }

  #within(seconds: number): Sample[] {
    const latest = Math.max(...this.#recent.map(({ sentAt }) => sentAt));
    return this.#recent.filter(({ sentAt }) => latest - sentAt < seconds);
  }
}

/** The least queue that so many rounds in a row met; 0 if there were fewer, or fewer replies to them. */
function leastInARow(rounds: readonly Sample[][], count: number, replies: number): number {
  const row = rounds.slice(0, count).flat();
  return rounds.length < count || row.length < replies ? 0 : leastOf(row);
}

function leastOf(samples: readonly Sample[]): number {
  return Math.min(...samples.map(({ queueSeconds }) => queueSeconds));
}
