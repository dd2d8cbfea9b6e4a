/** Waits for what becomes true. */

import { setTimeout as wait } from "node:timers/promises";

/** Who misses another with its first announce meets it with the second, which comes after 25 to 40 s (pacing.ts). */
export const MEETING_SECONDS = 60;

/** Waits until a condition is true. Throws with its description if that takes too long. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  withinSeconds = 30,
): Promise<void> {
  const deadline = performance.now() + withinSeconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`Waited ${withinSeconds} s in vain until ${what}.`);
    await wait(200);
  }
}
