/** Lets a request go on without what a throttled store can't give, and counts what was left out. */
import type { Metrics } from "./metrics.ts";
import { Throttled } from "./swarms.ts";

/** Resolves to `fallback` when the store throttles the call. Use it only for what a request can do without. */
export async function unlessThrottled<Value>(
  call: Promise<Value>,
  fallback: Value,
  metrics: Metrics,
): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Throttled)) throw error;
    metrics.count("RequestsShed");
    return fallback;
  }
}
