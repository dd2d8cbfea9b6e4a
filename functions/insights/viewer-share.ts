/**
 * A viewer's share: a number from 0 to 1 that follows from the random id in its ticket, so nobody can choose it. Viewers
 * whose share is below a probability are a random sample, the same for player, border and figures.
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const GOLDEN = 0.618_033_988_749_895;

/** A share is a multiple of 1 / UNITS. */
const UNITS = 2 ** 30;

/** Of the id's ten: 30 bits, so that of a million viewers a few hundred have another's share. */
const CHARACTERS = 5;

/** `viewer` is an id as the edge gives it, in Base64url. */
export function shareOf(viewer: string): number {
  let share = 0;
  for (let at = CHARACTERS - 1; at >= 0; at--) share = (share + ALPHABET.indexOf(viewer.charAt(at))) / 64;
  return share;
}

/**
 * The shares below this probability of a viewer who is in the sample, and of those for whom it stands: theirs follow from its
 * own, spread evenly (by the golden ratio), the same whenever they are made.
 */
export function sharesIn(
  { viewer, standsFor }: { readonly viewer: string; readonly standsFor: number },
  probability: number,
): number[] {
  const part = (shareOf(viewer) * standsFor) / probability;
  if (part >= 1) return [];
  if (standsFor === 1) return [shareOf(viewer)];
  return Array.from({ length: standsFor }, (_, index) => {
    const share = ((part + index * GOLDEN) % 1) * probability;
    return Math.floor(share * UNITS) / UNITS;
  });
}

/** Whether a viewer is in the sample of this probability. */
export function isAsked(viewer: string, probability: number): boolean {
  return shareOf(viewer) < probability;
}
