// The audience: behind which address and in which network each viewer sits, and who can reach whom.
import type { Place } from "../../functions/tracker/place.ts";
import type { Chance } from "./chance.ts";

/** What a viewer's router lets through. `strict` answers only whom it has called; `symmetric` can't even be called back. */
type Nat = "open" | "strict" | "symmetric";

export interface Home {
  readonly place: Place;
  readonly nat: Nat;
  /** All behind this address are on one network of their own, and reach each other without its router. */
  readonly isLocal: boolean;
}

/** Kinds of address: their share of the audience, and how many of it watch behind one such address on average. */
const kinds = [
  { name: "home", share: 0.85, viewersEach: 0.15, symmetric: 0.08, isLocal: true },
  { name: "office", share: 0.12, viewersEach: 15, symmetric: 0.2, isLocal: true },
  { name: "carrier", share: 0.03, viewersEach: 200, symmetric: 0.5, isLocal: false },
] as const;

/** Networks of internet providers; the n-th largest has 1/n of the largest's viewers (17 %), as Zipf's law has it. */
const networks = 200;

/** Set-ups that fail although the routers would let them through: lost packets, a tab that sleeps. */
const failsByChance = 0.05;

/** An audience of about `size` at a time. */
export class Audience {
  readonly #size: number;
  readonly #chance: Chance;
  readonly #shares = runningSum(Array.from({ length: networks }, (_, n) => 1 / (n + 1)));

  constructor(size: number, chance: Chance) {
    this.#size = size;
    this.#chance = chance;
  }

  /** Where one more viewer watches. */
  home(): Home {
    const kind = this.#kind();
    const address = this.#chance.below(Math.max(1, (this.#size * kind.share) / kind.viewersEach));
    // What belongs to an address is drawn from its number, so that all behind it share it.
    const draw = (salt: number) => scattered(address * 8 + salt);
    const isSymmetric = draw(1) < kind.symmetric;
    return {
      place: { lan: `${kind.name}-${address}`, net: `net-${this.#network(draw(2))}` },
      nat: isSymmetric ? "symmetric" : draw(3) < 0.5 ? "strict" : "open",
      isLocal: kind.isLocal,
    };
  }

  /**
   * Whether two viewers get a data channel, with STUN and without TURN. Two routers that are symmetric, or one that is
   * and one that is strict, don't. In all 86 % of random pairs do: callstats.io counted 78 % in 2016, Twilio 85 %.
   */
  connects(a: Home, b: Home): boolean {
    if (this.#chance.happens(failsByChance)) return false;
    if (a.isLocal && a.place.lan === b.place.lan) return true;
    if (a.nat === "symmetric") return b.nat === "open";
    return b.nat !== "symmetric" || a.nat === "open";
  }

  #kind(): (typeof kinds)[number] {
    const drawn = this.#chance.next();
    const [home, office, carrier] = kinds;
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

/** A number in [0, 1) that follows from a whole one and looks like chance: the finalizer of MurmurHash3. */
function scattered(whole: number): number {
  let hash = whole | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
