/** The audience: each viewer's address, network and router, and which viewers can reach each other. */
import type { Locality } from "../../functions/tracker/locality.ts";
import type { Chance } from "../chance.ts";

/** What a viewer's router lets in: `strict` only from addresses that it has sent to, `symmetric` not even from those. */
type Nat = "open" | "strict" | "symmetric";

export interface Home {
  readonly locality: Locality;
  readonly nat: Nat;
  /** Viewers behind this address are on one local network and reach each other without its router. */
  readonly isLocal: boolean;
}

/** Kinds of address: their share of the audience, and how many viewers are behind one of them on average. */
const ADDRESS_KINDS = [
  { name: "home", share: 0.85, viewersEach: 0.15, symmetric: 0.08, isLocal: true },
  { name: "office", share: 0.12, viewersEach: 15, symmetric: 0.2, isLocal: true },
  { name: "carrier", share: 0.03, viewersEach: 200, symmetric: 0.5, isLocal: false },
] as const;

/** Networks of internet providers: by Zipf's law, the n-th largest has 1/n as many viewers as the largest (17 %). */
const NETWORKS = 200;

/** The share of connections that fail although routers would let them through: lost packets, a sleeping tab. */
const FAILURE_SHARE = 0.05;

/** An audience of about `size` viewers at a time. */
export class Audience {
  readonly #size: number;
  readonly #chance: Chance;
  readonly #shares = runningSum(Array.from({ length: NETWORKS }, (_, n) => 1 / (n + 1)));

  constructor(size: number, chance: Chance) {
    this.#size = size;
    this.#chance = chance;
  }

  /** Draws the home of one more viewer. */
  home(): Home {
    const kind = this.#kind();
    const address = this.#chance.below(Math.max(1, (this.#size * kind.share) / kind.viewersEach));
    // The traits of an address follow from its number, so that all viewers behind it share them.
    const draw = (salt: number) => scattered(address * 8 + salt);
    const isSymmetric = draw(1) < kind.symmetric;
    return {
      locality: { lan: `${kind.name}-${address}`, net: `net-${this.#network(draw(2))}` },
      nat: isSymmetric ? "symmetric" : draw(3) < 0.5 ? "strict" : "open",
      isLocal: kind.isLocal,
    };
  }

  /**
   * Whether two viewers get a data channel, with STUN and without TURN. Two symmetric routers don't, nor do a symmetric
   * and a strict one. Overall 86 % of random pairs do; callstats.io counted 78 % in 2016, Twilio 85 %.
   */
  connects(a: Home, b: Home): boolean {
    if (this.#chance.happens(FAILURE_SHARE)) return false;
    if (a.isLocal && a.locality.lan === b.locality.lan) return true;
    if (a.nat === "symmetric") return b.nat === "open";
    return b.nat !== "symmetric" || a.nat === "open";
  }

  #kind(): (typeof ADDRESS_KINDS)[number] {
    const drawn = this.#chance.next();
    const [home, office, carrier] = ADDRESS_KINDS;
    if (drawn < home.share) return home;
    return drawn < home.share + office.share ? office : carrier;
  }

  #network(drawn: number): number {
    const share = drawn * (this.#shares.at(-1) ?? 0);
    return this.#shares.findIndex((upTo) => share < upTo);
  }
}

function runningSum(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

/** A number in [0, 1), seemingly random, that follows from a whole number: the finalizer of MurmurHash3. */
function scattered(whole: number): number {
  let hash = whole | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
