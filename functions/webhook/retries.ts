/** Decides when a delivery is tried again. */

import type { Delivery } from "../record/delivery.ts";

/** Seconds before each retry: the first soon, for a receiver that hiccups; the last after a reboot or a deployment. */
const WAITS = [45, 240, 1200, 5400];

/** What an attempt came to: the receiver's status, or why there was none. */
export type Outcome = { readonly status: number } | { readonly error: string };

/** The delivery after an attempt. `chance` is between 0 and 1: receivers that fail together aren't tried together. */
export function afterAttempt(delivery: Delivery, outcome: Outcome, now: number, chance: number): Delivery {
  const attempts = delivery.attempts + 1;
  const tried = { ...delivery, attempts, triedAt: now, answer: wordsOf(outcome) };
  if ("status" in outcome && outcome.status >= 200 && outcome.status < 300)
    return { ...tried, state: "delivered", dueAt: null };
  const wait = WAITS[attempts - 1];
  // A receiver that is gone wants nothing more.
  if (wait === undefined || ("status" in outcome && outcome.status === 410))
    return { ...tried, state: "failed", dueAt: null };
  return { ...tried, state: "waiting", dueAt: now + Math.round(wait * 1000 * (0.75 + chance / 2)) };
}

function wordsOf(outcome: Outcome): string {
  return "status" in outcome ? `It answered ${outcome.status}.` : outcome.error;
}
