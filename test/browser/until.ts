/** Waits for something to come true, and says what didn't. */

import { setTimeout as wait } from "node:timers/promises";

export async function until(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  withinSeconds = 30,
): Promise<void> {
  const deadline = performance.now() + withinSeconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > deadline)
      throw new Error(`Within ${withinSeconds} s it didn't happen that ${what}.`);
    await wait(200);
  }
}
