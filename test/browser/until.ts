/** Waits until a condition is true. Throws with its description if that takes too long. */

import { setTimeout as wait } from "node:timers/promises";

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
