// Places a publisher's timestamps on the channel's timeline.
//
// A publisher's clock starts anywhere, and its media arrives unevenly. What comes first is due a little after it came;
// everything after it keeps its distance to that, so that picture and sound stay together. Only when something comes too
// late, or so early that it must be another stretch of time, is a new start made.

/** How long after its arrival media is due: what the network and the publisher's encoder may delay it. */
export const BUFFER_SECONDS = 0.4;

/** Media that would wait longer than this isn't early: the publisher's clock jumped. */
const LONGEST_WAIT_SECONDS = 2;

/** Seconds from a publisher's clock to the epoch. */
export type Anchor = number;

/** Finds the anchor for media of this timestamp that arrives now: the one that there is, if it still serves. */
export function anchorFor(anchor: Anchor | null, timestampSeconds: number, nowSeconds: number): Anchor {
  const wait = anchor === null ? Number.NaN : timestampSeconds + anchor - nowSeconds;
  const serves = wait >= 0 && wait <= LONGEST_WAIT_SECONDS;
  return anchor !== null && serves ? anchor : nowSeconds + BUFFER_SECONDS - timestampSeconds;
}
