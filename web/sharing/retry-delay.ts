/** How long to wait before trying again what failed. */

const FIRST_SECONDS = 0.5;
export const LONGEST_RETRY_SECONDS = 8;

/**
 * Doubles with each failure in a row up to eight seconds, then is spread by half in either direction, so that viewers
 * who failed together don't come back together. `chance` is uniform in [0, 1).
 */
export function retryDelaySeconds(failuresInARow: number, chance: number): number {
  const delay = Math.min(LONGEST_RETRY_SECONDS, FIRST_SECONDS * 2 ** (failuresInARow - 1));
  return delay * (0.5 + chance);
}
