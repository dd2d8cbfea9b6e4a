/**
 * Reads what an announce is decided on, with as few queries as the size of its swarm allows.
 *
 * A small swarm is read whole, a query for each world ring: its seats include the viewer's own and those near it, so
 * nothing else is read. A large swarm is sampled, in one world ring, behind the address and in the network. Which of
 * the two it is has to be known before reading, or it would cost a second round trip, so each instance remembers which
 * swarms were small when it last read them. That memory only saves reads: an outdated entry costs one reading too many.
 * docs/decisions/small-swarms-are-read-whole.md
 */
import type { Candidates } from "./matchmaking.ts";
import type { Announce } from "./messages.ts";
import type { Metrics } from "./metrics.ts";
import { SAMPLE_SIZE, WORLD_RINGS } from "./rings.ts";
import { unlessThrottled } from "./shedding.ts";
import type { Connection, Sample, Seat, Swarms } from "./swarms.ts";

/** In a swarm of at most this size, a sample usually shows its ring whole, and the others are read after it anyway. */
const MAX_SMALL_SWARM = WORLD_RINGS * SAMPLE_SIZE;

/**
 * A deployment has a swarm for each rendition, times the networks or addresses that a reach keeps apart; this bounds what
 * clients can make an instance remember.
 */
const MAX_REMEMBERED_SWARMS = 10_000;

/** What the store shows of a viewer and its swarm. */
export interface View {
  /** The seat under the viewer's peer id, whichever connection holds it. */
  readonly seat: Seat | undefined;
  readonly swarm: Sample;
  readonly candidates: Candidates;
}

const NOBODY: Sample = { seats: [], complete: 0, incomplete: 0, isWhole: false };

export class Lookup {
  readonly #swarms: Swarms;
  readonly #metrics: Metrics;
  readonly #random: () => number;
  /** Info hashes, the least recently added first. */
  readonly #smallSwarms = new Set<string>();

  constructor(swarms: Swarms, metrics: Metrics, random: () => number) {
    this.#swarms = swarms;
    this.#metrics = metrics;
    this.#random = random;
  }

  async forAnnounce(announce: Announce, connection: Connection): Promise<View> {
    return (await this.#whole(announce, connection)) ?? this.#sampled(announce, connection);
  }

  /** The swarm's size, with a sample of its seats. */
  async sizeOf(infoHash: string): Promise<Sample> {
    return (await this.#readAll(infoHash)) ?? this.#sampleWorld(infoHash);
  }

  async #whole({ infoHash, peerId }: Announce, { locality }: Connection): Promise<View | undefined> {
    const swarm = await this.#readAll(infoHash);
    if (swarm === undefined) return undefined;
    const { lan, net } = locality;
    const near = swarm.seats.map((seat) => ({ seat, at: seat.connection.locality }));
    return {
      seat: swarm.seats.find((seat) => seat.peerId === peerId),
      swarm,
      candidates: {
        lan: near.filter(({ at }) => at.lan === lan).map(({ seat }) => seat),
        net: near.filter(({ at }) => net !== null && at.net === net).map(({ seat }) => seat),
        world: swarm.seats,
      },
    };
  }

  async #sampled(announce: Announce, { locality }: Connection): Promise<View> {
    const { infoHash, peerId, offers, numwant } = announce;
    const { lan, net } = locality;
    const isOffering = offers.length > 0 && numwant > 0;
    const swarms = this.#swarms;
    const [seat, nearLan, nearNet, swarm] = await Promise.all([
      this.#orElse(undefined, swarms.find(infoHash, peerId)),
      isOffering ? this.#orElse([], swarms.sampleLan(infoHash, lan, this.#random())) : [],
      isOffering && net !== null ? this.#orElse([], swarms.sampleNet(infoHash, net, this.#random())) : [],
      this.#sampleWorld(infoHash),
    ]);
    return { seat, swarm, candidates: { lan: nearLan, net: nearNet, world: swarm.seats } };
  }

  /** All seats, or undefined if the swarm isn't known to be small or has grown since. */
  async #readAll(infoHash: string): Promise<Sample | undefined> {
    if (!this.#smallSwarms.has(infoHash)) return undefined;
    const all = await this.#orElse(NOBODY, this.#swarms.readAll(infoHash));
    if (all === undefined) this.#smallSwarms.delete(infoHash);
    else this.#remember(infoHash, all);
    return all;
  }

  async #sampleWorld(infoHash: string): Promise<Sample> {
    const sample = await this.#orElse(NOBODY, this.#swarms.sampleWorld(infoHash, this.#random()));
    this.#remember(infoHash, sample);
    return sample;
  }

  #remember(infoHash: string, sample: Sample): void {
    if (sample === NOBODY) return;
    this.#smallSwarms.delete(infoHash);
    if (!sample.isWhole || sample.seats.length > MAX_SMALL_SWARM) return;
    this.#smallSwarms.add(infoHash);
    if (this.#smallSwarms.size > MAX_REMEMBERED_SWARMS) {
      const [oldest = ""] = this.#smallSwarms;
      this.#smallSwarms.delete(oldest);
    }
  }

  #orElse<Value>(fallback: Value, call: Promise<Value>): Promise<Value> {
    return unlessThrottled(call, fallback, this.#metrics);
  }
}
