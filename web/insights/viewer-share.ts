/** Who is in the sample: by the random id in the viewer's ticket, as the border decides (functions/insights/viewer-share.ts). */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const CHARACTERS = 5;

export function isAsked(viewer: string, probability: number): boolean {
  let share = 0;
  for (let at = CHARACTERS - 1; at >= 0; at--) share = (share + ALPHABET.indexOf(viewer.charAt(at))) / 64;
  return share < probability;
}
