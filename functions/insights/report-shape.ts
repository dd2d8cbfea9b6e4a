/** What viewers report, as player and border agree on it. */

import type { Pace } from "./pace.ts";

/** What a player counts since its session began. Milliseconds and bytes, each of one viewer. */
export interface Counts {
  readonly watchedMs: number;
  /** The standard's buffer starvation: the video waited for data. */
  readonly stalls: number;
  readonly stalledMs: number;
  /** No new frame for a quarter of a second in the middle of playing, whatever the player says. */
  readonly freezes: number;
  readonly frozenMs: number;
  readonly droppedFrames: number;
  readonly bytesFromPeers: number;
  readonly bytesToPeers: number;
  readonly bytesFromCdn: number;
}

/** The standard's keys, and ours. Integers; those of a list have one member. */
export const COUNT_KEYS = {
  watchedMs: "live.shoal-watched",
  stalls: "bsa",
  stalledMs: "bsda",
  freezes: "live.shoal-freezes",
  frozenMs: "live.shoal-frozen",
  droppedFrames: "dfa",
  bytesFromPeers: "live.shoal-from-peers",
  bytesToPeers: "live.shoal-to-peers",
  bytesFromCdn: "live.shoal-from-cdn",
} as const satisfies Readonly<Record<keyof Counts, string>>;

export const COUNT_NAMES = Object.keys(COUNT_KEYS) as (keyof Counts)[];

/** What was counted until a moment, in milliseconds since the epoch. */
export interface Moment extends Counts {
  readonly at: number;
}

/**
 * Of those who leave a large audience before they know its pace, one in so many reports, for all of them: a crowd that comes
 * and goes at once would report at a pace that nobody could have told it.
 */
export const EARLY_LEAVERS = 64;

/** The viewer shares, or is in the control group; `none` would share in neither case, or was in two groups meanwhile. */
export const GROUPS = ["sharing", "control", "none"] as const;
export type Group = (typeof GROUPS)[number];

export interface Report {
  /** Eight letters that tell one session of a viewer from another. */
  readonly session: string;
  /** Its number in the session, by which a report that is delivered twice is known. */
  readonly number: number;
  readonly from: Moment;
  readonly to: Moment;
  /** From the wish to play to the first frame; said once, null in other reports. */
  readonly startMs: number | null;
  readonly delayMs: number | null;
  /** Of the rendition that is played; null before any is. */
  readonly kilobitsPerSecond: number | null;
  readonly peers: number;
  readonly guard: string;
  /** What plays, such as `shoal` or `hls.js`; `unknown` where a player of before said nothing of it. */
  readonly player: string;
  readonly group: Group;
  /** Kinds of errors that kept the stream from playing. */
  readonly errors: readonly string[];
  /** No other report of this session follows. */
  readonly isLast: boolean;
  /** For how many viewers like this one it stands: 1, or EARLY_LEAVERS. */
  readonly standsFor: number;
}

/** Why a report isn't taken. */
export type Objection = "malformed" | "too-large" | "late";

/** What a report is answered. */
export interface ReportReply {
  /** Milliseconds since the epoch: a player whose clock is wrong goes by this one. */
  readonly now: number;
  /** When the next report is due, and who makes one; null where nobody looked. */
  readonly pace: Pace | null;
  /** Why the report wasn't taken. It needn't be sent again. */
  readonly refused?: Objection | "too-often" | "not-asked";
}
