/**
 * A viewer's share: a number from 0 to 1 that follows from the random id in its ticket, so nobody can choose it. Viewers
 * whose share is below a probability are a random sample, the same for player, border and figures.
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const GOLDEN = 0.618_033_988_749_895;

export const CLUSTERS = 16;

/** A share is a multiple of 1 / UNITS. */
const UNITS = 2 ** 30;

/** Of the id's ten: 30 bits, so that of a million viewers a few hundred have another's share. */
const CHARACTERS = 5;

/** `viewer` is an id as the edge gives it, in Base64url. */
export function shareOf(viewer: string): number {
  return fractionOf(viewer, 0, CHARACTERS);
}

/** From 0 to 1, by the characters from one to before another. */
function fractionOf(viewer: string, from: number, end: number): number {
  let fraction = 0;
  for (let at = end - 1; at >= from; at--) fraction = (fraction + ALPHABET.indexOf(viewer.charAt(at))) / 64;
  return fraction;
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

/** Whether a viewer is in the control group, which is this part of all: by other characters than its share. */
export function isControl(viewer: string, control: number): boolean {
  // As players have it, by the first two bytes that these four characters are in Base64url.
  return Math.floor(fractionOf(viewer, 5, 9) * 65_536) / 65_536 < control;
}

/** One of 16 clusters of viewers, by a character that nothing else follows from. */
export function clusterOf(viewer: string): number {
  return ALPHABET.indexOf(viewer.charAt(9)) % CLUSTERS;
}

/** Whether a viewer is in the sample of this probability. */
export function isAsked(viewer: string, probability: number): boolean {
  return shareOf(viewer) < probability;
}
