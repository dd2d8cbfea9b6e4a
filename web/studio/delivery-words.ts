/** Says in a sentence what came of a delivery. */

import type { Delivery } from "../../functions/record/delivery.ts";

export function deliveryWords({ state, attempts, dueAt, answer }: Delivery, now: number): string {
  const times = attempts === 1 ? "once" : `${attempts} times`;
  if (attempts === 0) return "It is about to be sent.";
  if (state === "delivered")
    return attempts === 1 ? `Delivered. ${answer}` : `Delivered, tried ${times}. ${answer}`;
  if (state === "failed") return `Given up, tried ${times}. ${answer}`;
  const minutes = Math.max(1, Math.round(((dueAt ?? now) - now) / 60_000));
  return `Tried ${times}, and again in ${minutes} min. ${answer}`;
}
