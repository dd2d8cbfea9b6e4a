/** What the rules of stream health judge: minutes of measurements, and the figures by which they are good or bad. */

import type { Finding } from "../../record/show.ts";

export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * What a pipeline's input was like in one minute, and what became of it. Null is what nobody measures: MediaLive tells
 * less of its input than the laptop's encoder.
 */
export interface InputMinute {
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly megabitsPerSecond: Range;
  readonly framesPerSecond: Range;
  /** The longest time for which the encoder had no picture and repeated one. */
  readonly filledSeconds: number;
  /** Frames that the encoder left out since it was too slow. */
  readonly droppedFrames: number;
  /** Seconds from one keyframe to the next. */
  readonly keyframeSeconds: Range | null;
  /** Keyframes at which a decoder can't begin cleanly, at most in a second. */
  readonly openKeyframes: number | null;
  readonly audioFramesPerSecond: Range | null;
  /** The loudest of each second, in dBFS. */
  readonly audioDecibels: Range | null;
  /** Samples at full scale, at most in a second. */
  readonly clippedPercent: number | null;
  /** How far the newest audio is ahead of the newest video, by the publisher's clock. */
  readonly audioAheadSeconds: Range | null;
  readonly pictureHeight: number | null;
  /** H.264's profile_idc. */
  readonly profile: number | null;
  readonly publishersArrived: number | null;
  /** Who came while another was on the air. */
  readonly publishersTurnedAway: number | null;
  /** Who sent what can't be decoded. */
  readonly codecsRefused: number | null;
  /** Requests by which the packager got segments. */
  readonly segments: number | null;
  /** Requests that the packager refused or failed. */
  readonly outputErrors: number;
  /** Of the answers that viewers got from the edge. */
  readonly edgeErrorPercent: number | null;
}

/** What the channel makes of its input. */
export interface Wanted {
  /** Bit rate of the largest rendition. */
  readonly megabitsPerSecond: number;
  readonly framesPerSecond: number;
  /** Lines of the largest rendition. */
  readonly height: number;
}

/** What MediaLive warns of now, in its own words. */
export interface ActiveAlert {
  readonly pipeline: string;
  readonly type: string;
  readonly message: string;
}

/** A rule takes minutes, the oldest first, and what the channel wants. `steady` are those well within a broadcast. */
export type Rule = (facts: {
  readonly minutes: readonly InputMinute[];
  readonly steady: readonly InputMinute[];
  readonly wanted: Wanted;
  readonly alerts: readonly Omit<ActiveAlert, "pipeline">[];
}) => Finding | undefined;

/** Less than speech needs, more than handshakes and keep-alives. */
export const INPUT_MEGABITS_PER_SECOND = 0.02;

/** Two of three bad minutes are a pattern, one is a scene. */
const PATTERN = { of: 3, bad: 2 };

export function hasInput({ megabitsPerSecond }: InputMinute): boolean {
  return megabitsPerSecond.most >= INPUT_MEGABITS_PER_SECOND;
}

/** CloudWatch may be two minutes late; what comes in within so many comes in, and what is silent for longer is silent. */
export const SILENT_MINUTES = 3;

export function comesIn(minutes: readonly InputMinute[]): boolean {
  return minutes.slice(-SILENT_MINUTES).some(hasInput);
}

/** The newest of the bad minutes, if most of the last few are bad. */
export function patternIn(
  minutes: readonly InputMinute[],
  isBad: (minute: InputMinute) => boolean,
): InputMinute | undefined {
  const bad = minutes.slice(-PATTERN.of).filter(isBad);
  return bad.length >= PATTERN.bad ? bad.at(-1) : undefined;
}

/** How often something happened in the last minutes. */
export function countIn(
  minutes: readonly InputMinute[],
  count: (minute: InputMinute) => number | null,
): number {
  return minutes.reduce((sum, minute) => sum + (count(minute) ?? 0), 0);
}

export function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
