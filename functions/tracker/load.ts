/** Limits what one connection may send in a minute: far more than a player sends, far less than does harm. */
import type { Refusal, Request } from "./messages.ts";

/** What a connection may still send. An empty allowance is full again after a minute. */
export interface Allowance {
  readonly announces: number;
  readonly answers: number;
  readonly bytes: number;
  /** When this was computed, in epoch seconds. */
  readonly at: number;
  /** When the connection was last refused, in epoch seconds. */
  readonly refusedAt: number;
}

/**
 * Announces: one for each swarm that a connection may join, and some for a player that tries renditions. Answers: to an
 * offer from each of 60 viewers who arrive in a crowd, twice. Bytes: all announces at 9 KB, and all answers.
 */
export const FULL_ALLOWANCE = { announces: 40, answers: 120, bytes: 512 * 1024 } as const;

/** A connection that sends more within this time of a refusal is ended. */
const SECONDS_AFTER_REFUSAL = 10;

/** What a message counts that no player sends: of another swarm, or under another viewer's id. */
const FOREIGN_COST = 10;

export type Verdict = "admit" | "refuse" | "disconnect";

/** What a connection may send in a minute. */
export interface Rates {
  readonly announces: number;
  readonly answers: number;
  readonly bytes: number;
}

/** Rates in the same proportions for another number of announces; 0 sets no limit. */
export function ratesFor(announces: number): Rates {
  if (announces === 0) {
    return {
      announces: Number.POSITIVE_INFINITY,
      answers: Number.POSITIVE_INFINITY,
      bytes: Number.POSITIVE_INFINITY,
    };
  }
  const factor = announces / FULL_ALLOWANCE.announces;
  return { announces, answers: FULL_ALLOWANCE.answers * factor, bytes: FULL_ALLOWANCE.bytes * factor };
}

export function newAllowance(nowSeconds: number, rates: Rates = FULL_ALLOWANCE): Allowance {
  return { ...rates, at: nowSeconds, refusedAt: Number.NEGATIVE_INFINITY };
}

/** What is left after a message of so many bytes, and whether the message is admitted. */
export function spend(
  allowance: Allowance,
  request: Request | Refusal,
  bytes: number,
  nowSeconds: number,
  rates: Rates = FULL_ALLOWANCE,
): { allowance: Allowance; verdict: Verdict } {
  const share = Math.max(0, nowSeconds - allowance.at) / 60;
  const { announces, answers } = costOf(request);
  const left = {
    announces: refilled(allowance.announces, rates.announces, share) - announces,
    answers: refilled(allowance.answers, rates.answers, share) - answers,
    bytes: refilled(allowance.bytes, rates.bytes, share) - bytes,
    at: nowSeconds,
  };
  if (left.announces >= 0 && left.answers >= 0 && left.bytes >= 0) {
    return { allowance: { ...left, refusedAt: allowance.refusedAt }, verdict: "admit" };
  }
  // A refused message costs nothing, so that a client that slows down is admitted again soon.
  const isRefusal = nowSeconds - allowance.refusedAt >= SECONDS_AFTER_REFUSAL;
  return {
    allowance: {
      announces: left.announces + announces,
      answers: left.answers + answers,
      bytes: left.bytes + bytes,
      at: nowSeconds,
      refusedAt: isRefusal ? nowSeconds : allowance.refusedAt,
    },
    verdict: isRefusal ? "refuse" : "disconnect",
  };
}

/** Two hashes in a scrape take about as many queries as an announce. A malformed message counts as an announce. */
function costOf(request: Request | Refusal): { announces: number; answers: number } {
  if (request.kind === "answer") return { announces: 0, answers: 1 };
  if (request.kind === "scrape") return { announces: Math.ceil(request.infoHashes.length / 2), answers: 0 };
  const isForeign = request.kind === "refusal" && /^Foreign/.test(request.cause);
  return { announces: isForeign ? FOREIGN_COST : 1, answers: 0 };
}

function refilled(left: number, full: number, share: number): number {
  if (full === Number.POSITIVE_INFINITY) return full;
  return Math.min(full, left + full * share);
}

/** The allowances of the connections that this instance has handled lately. */
export class LoadControl {
  readonly #allowances = new Map<string, Allowance>();
  readonly #most: number;
  readonly #rates: Rates;

  /** Keeps at most `most` connections in memory; forgets the oldest first. */
  constructor(most = 10_000, rates: Rates = FULL_ALLOWANCE) {
    this.#most = most;
    this.#rates = rates;
  }

  judge(connectionId: string, request: Request | Refusal, bytes: number, nowSeconds: number): Verdict {
    const before = this.#allowances.get(connectionId) ?? newAllowance(nowSeconds, this.#rates);
    const { allowance, verdict } = spend(before, request, bytes, nowSeconds, this.#rates);
    this.#allowances.set(connectionId, allowance);
    if (this.#allowances.size > this.#most) {
      for (const oldest of this.#allowances.keys()) {
        this.#allowances.delete(oldest);
        break;
      }
    }
    return verdict;
  }

  forget(connectionId: string): void {
    this.#allowances.delete(connectionId);
  }
}
