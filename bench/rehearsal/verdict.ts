/** Judges a rehearsal: what its viewers saw, whether that is good enough for a show, and what to change. */

import type { Point } from "../../functions/record/rehearsal.ts";

/** What one viewer saw in its time. */
export interface Seen {
  /** From the wish to watch to the first frame; null if there was none. */
  readonly startSeconds: number | null;
  /** Behind live at the end; null if it isn't known. */
  readonly delaySeconds: number | null;
  /** How long it watched, from its first frame on. */
  readonly watchedSeconds: number;
  /** The times for which no new frame was shown, each longer than half a second. */
  readonly freezeSeconds: readonly number[];
  readonly bytesFromPeers: number;
  readonly bytesFromCdn: number;
}

/** A viewer who waits for longer leaves: Mux counts them from about so long on. */
const LONGEST_START_SECONDS = 4;
/** Playlists suggest 14 s; more than this, and chats are ahead of the picture. */
const LONGEST_DELAY_SECONDS = 25;
/** Of the time watched; under 1 % is good (Microsoft's eCDN). */
const MOST_FROZEN = 0.01;
/** Of all bytes. Two viewers can't have more than a half, and the first segments come from the CDN. */
const LEAST_SHARE = 0.1;

export function verdictOf(viewers: readonly Seen[]): Point[] {
  return [plays(viewers), starts(viewers), delays(viewers), freezes(viewers), shares(viewers)];
}

function plays(viewers: readonly Seen[]): Point {
  const playing = viewers.filter(({ startSeconds }) => startSeconds !== null).length;
  return point(
    "Plays",
    `for ${playing} of ${viewers.length} viewers`,
    playing === viewers.length,
    playing === 0
      ? "Nobody sees a picture: npm run live -- status says whether the channel runs and anything comes in."
      : "Some see nothing: this machine may be too slow for so many. Try fewer viewers.",
  );
}

function starts(viewers: readonly Seen[]): Point {
  const slowest = most(viewers.map(({ startSeconds }) => startSeconds));
  return point(
    "Start",
    slowest === null ? "no first frame" : `${slowest.toFixed(1)} s to the first frame at most`,
    slowest !== null && slowest <= LONGEST_START_SECONDS,
    "A keyframe every 2 s in OBS, and a smaller ladder (Ladder=540p) if viewers' lines are slow.",
  );
}

function delays(viewers: readonly Seen[]): Point {
  const longest = most(viewers.map(({ delaySeconds }) => delaySeconds));
  return point(
    "Delay",
    longest === null ? "not known" : `${longest.toFixed(1)} s behind live at most`,
    longest !== null && longest <= LONGEST_DELAY_SECONDS,
    "Deploy with a smaller DelaySeconds; where it is small already, segments come late: see stream health.",
  );
}

function freezes(viewers: readonly Seen[]): Point {
  const all = viewers.flatMap(({ freezeSeconds }) => freezeSeconds);
  const watched = sum(viewers.map(({ watchedSeconds }) => watchedSeconds));
  const frozen = sum(all);
  return point(
    "Freezes",
    `${all.length}, of ${frozen.toFixed(1)} s together in ${watched.toFixed(0)} s watched`,
    watched > 0 && frozen / watched <= MOST_FROZEN,
    "Stream health says whether the input has gaps. If not: this machine may be too slow; try fewer viewers.",
  );
}

function shares(viewers: readonly Seen[]): Point {
  const peers = sum(viewers.map(({ bytesFromPeers }) => bytesFromPeers));
  const all = peers + sum(viewers.map(({ bytesFromCdn }) => bytesFromCdn));
  const share = all === 0 ? 0 : peers / all;
  return point(
    "From peers",
    `${Math.round(share * 100)} % of the bytes`,
    viewers.length < 2 || share >= LEAST_SHARE,
    "Viewers don't reach each other: look at SharingMode, SharingAbove and SharingConsent, and at the tracker's alarms.",
  );
}

function point(what: string, measured: string, isGood: boolean, change: string): Point {
  return { what, measured, isGood, change: isGood ? "" : change };
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
