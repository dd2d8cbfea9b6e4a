/**
 * Maps a publisher's timestamps to the channel's timeline.
 *
 * A publisher's clock starts anywhere, and its media arrives unevenly. The first frame is due a little after it
 * arrives; later ones keep their distance to it, so that video and audio stay in sync. Only media that comes too late,
 * or so early that the publisher's clock must have jumped, sets a new anchor.
 */

/** How long after its arrival media is due: absorbs jitter of the network and of the publisher's encoder. */
export const BUFFER_SECONDS = 0.4;

/** Media that would wait longer than this means that the publisher's clock jumped. */
const LONGEST_WAIT_SECONDS = 2;

/** Seconds from a publisher's clock to the epoch. */
export type Anchor = number;

/** The anchor for media of this timestamp that arrives now: the current one while it still fits, else a new one. */
export function anchorFor(anchor: Anchor | null, timestampSeconds: number, nowSeconds: number): Anchor {
  const wait = anchor === null ? Number.NaN : timestampSeconds + anchor - nowSeconds;
  const stillFits = wait >= 0 && wait <= LONGEST_WAIT_SECONDS;
  return anchor !== null && stillFits ? anchor : nowSeconds + BUFFER_SECONDS - timestampSeconds;
}
