// Decides how much one connection may ask of the tracker in a minute: far more than a player does, far less than harms.
import type { Refusal, Request } from "./messages.ts";

/** What a connection has left. It fills up again steadily, in a minute from empty to full. */
export interface Allowance {
  readonly announces: number;
  readonly answers: number;
  readonly bytes: number;
  /** When it was reckoned, in epoch seconds. */
  readonly at: number;
  /** When the connection was last told that it asks too much, in epoch seconds. */
  readonly refusedAt: number;
}

/**
 * A full allowance. Announces: one for each swarm that a connection may sit in, and some for a player that tries
 * renditions. Answers: an offer each from the 60 busiest arrivals of a crowd, twice. Bytes: all announces at 9 KB.
 */
export const fullAllowance = { announces: 40, answers: 120, bytes: 512 * 1024 } as const;

/** Who goes on after being told is told again only after so long; until then it is not answered at all. */
const secondsBetweenRefusals = 10;

export type Verdict = "admit" | "refuse" | "ignore";

export function newAllowance(nowSeconds: number): Allowance {
  return { ...fullAllowance, at: nowSeconds, refusedAt: Number.NEGATIVE_INFINITY };
}

/** What is left after a message of so many bytes, and whether it is to be answered. */
export function spend(
  allowance: Allowance,
  request: Request | Refusal,
  bytes: number,
  nowSeconds: number,
): { allowance: Allowance; verdict: Verdict } {
  const share = Math.max(0, nowSeconds - allowance.at) / 60;
  const { announces, answers } = costOf(request);
  const left = {
    announces: refilled(allowance.announces, fullAllowance.announces, share) - announces,
    answers: refilled(allowance.answers, fullAllowance.answers, share) - answers,
    bytes: refilled(allowance.bytes, fullAllowance.bytes, share) - bytes,
    at: nowSeconds,
  };
  if (left.announces >= 0 && left.answers >= 0 && left.bytes >= 0) {
    return { allowance: { ...left, refusedAt: allowance.refusedAt }, verdict: "admit" };
  }
  // A refused message costs nothing, so that who slows down is heard again soon.
  const isToBeTold = nowSeconds - allowance.refusedAt >= secondsBetweenRefusals;
  return {
    allowance: {
      announces: left.announces + announces,
      answers: left.answers + answers,
      bytes: left.bytes + bytes,
      at: nowSeconds,
      refusedAt: isToBeTold ? nowSeconds : allowance.refusedAt,
    },
    verdict: isToBeTold ? "refuse" : "ignore",
  };
}

/** A scrape of two hashes makes ten queries, as many as an announce. What is malformed counts as an announce. */
function costOf(request: Request | Refusal): { announces: number; answers: number } {
  if (request.kind === "answer") return { announces: 0, answers: 1 };
  if (request.kind === "scrape") return { announces: Math.ceil(request.infoHashes.length / 2), answers: 0 };
  return { announces: 1, answers: 0 };
}

function refilled(left: number, full: number, share: number): number {
  return Math.min(full, left + full * share);
}

/** The allowances of the connections that this instance has heard of lately. */
export class LoadControl {
  readonly #allowances = new Map<string, Allowance>();
  readonly #most: number;

  /** Keeps at most so many connections in memory and forgets those that it has known longest. */
  constructor(most = 10_000) {
    this.#most = most;
  }

  judge(connectionId: string, request: Request | Refusal, bytes: number, nowSeconds: number): Verdict {
    const before = this.#allowances.get(connectionId) ?? newAllowance(nowSeconds);
    const { allowance, verdict } = spend(before, request, bytes, nowSeconds);
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
