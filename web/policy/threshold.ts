/** Decides whether a swarm is large enough to share. */

/** Whether a swarm of so many viewers, this one among them, gains enough by sharing to show addresses for it. */
export function isLargeEnough(viewers: number, above: number): boolean {
  return viewers >= above;
}
