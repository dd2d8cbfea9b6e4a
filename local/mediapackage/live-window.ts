/**
 * The endpoint's segments as plain data: which are listed, which are only kept for late requests, and how they are
 * numbered.
 */

/** One rendition's part of a segment. */
export interface Part {
  /** Seconds since the epoch. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** File names, relative to the playlists. */
  readonly file: string;
  readonly initFile: string;
}

export interface Segment {
  /** The media sequence number: the same in every rendition, each one more than the last, never used twice. */
  readonly sequence: number;
  /** How many discontinuities came before its end, counted from the channel's first segment. */
  readonly discontinuities: number;
  /** Whether time or coding breaks before it. */
  readonly isDiscontinuous: boolean;
  /** Keyed by rendition. */
  readonly parts: Readonly<Record<string, Part>>;
}

export interface LiveWindow {
  /** The oldest first. */
  readonly segments: readonly Segment[];
  readonly nextSequence: number;
  readonly discontinuities: number;
}

/** Segments whose end and start differ by less than this are contiguous: doubles can't hold times more exactly. */
const TOUCH_SECONDS = 0.001;

/**
 * The window of a channel that starts now: numbers start at the seconds since the epoch. A segment lasts at least a
 * second, so numbers never overtake the clock, and a channel that lost its folder still never reuses a number.
 */
export function emptyWindow(nowSeconds: number): LiveWindow {
  return { segments: [], nextSequence: Math.floor(nowSeconds), discontinuities: 0 };
}

/** Reads a window that an earlier run saved as JSON; null when it isn't one, and numbers follow from the clock then. */
export function parseWindow(json: string): LiveWindow | null {
  try {
    const window = JSON.parse(json) as Partial<LiveWindow> | null;
    const isWindow =
      Array.isArray(window?.segments) &&
      Number.isInteger(window.nextSequence) &&
      Number.isInteger(window.discontinuities) &&
      window.segments.every(
        (segment) => Number.isInteger(segment?.sequence) && segment.parts instanceof Object,
      );
    return isWindow ? (window as LiveWindow) : null;
  } catch {
    return null;
  }
}

/**
 * The window with which a channel resumes: the last segments stay listed for viewers who are still there, unless they
 * are too old or have other renditions.
 */
export function resumeWindow(
  saved: LiveWindow,
  renditions: readonly string[],
  keepSeconds: number,
  nowSeconds: number,
): LiveWindow {
  const last = saved.segments.at(-1);
  const isRecent = last !== undefined && nowSeconds - endOf(last) < keepSeconds;
  const hasSameRenditions =
    last !== undefined && Object.keys(last.parts).sort().join() === [...renditions].sort().join();
  if (isRecent && hasSameRenditions) return saved;
  const { nextSequence } = emptyWindow(nowSeconds);
  return { ...saved, segments: [], nextSequence: Math.max(saved.nextSequence, nextSequence) };
}

/** Adds a segment, marked as discontinuous when it doesn't continue the last one in time and coding. */
export function addSegment(window: LiveWindow, parts: Readonly<Record<string, Part>>): LiveWindow {
  const last = window.segments.at(-1);
  const isFirstEver = last === undefined && window.discontinuities === 0;
  const isDiscontinuous = !isFirstEver && !(last && continues(last.parts, parts));
  const discontinuities = window.discontinuities + (isDiscontinuous ? 1 : 0);
  const segment = { sequence: window.nextSequence, discontinuities, isDiscontinuous, parts };
  return {
    segments: [...window.segments, segment],
    nextSequence: window.nextSequence + 1,
    discontinuities,
  };
}

/** The newest segments that together last at least this long; all if they don't. */
export function newest(segments: readonly Segment[], seconds: number): readonly Segment[] {
  let listed = 0;
  const lastLeftOut = segments.findLastIndex((segment) => {
    const isEnough = listed >= seconds - TOUCH_SECONDS;
    listed += durationOf(segment);
    return isEnough;
  });
  return segments.slice(lastLeftOut + 1);
}

/** @throws when the segment doesn't have the rendition, since players would take the next one for it. */
export function partOf({ sequence, parts }: Segment, rendition: string): Part {
  const part = parts[rendition];
  if (!part) throw new Error(`Segment ${sequence} has no part for the rendition ${rendition}`);
  return part;
}

/** The newest segments of one coding whose times increase: a DASH manifest states one coding for all. */
export function sinceLastReset(segments: readonly Segment[]): readonly Segment[] {
  const first = segments.findLastIndex((segment, index) => {
    const before = segments[index - 1];
    return before && !(isCodedAlike(before.parts, segment.parts) && startOf(segment) > startOf(before));
  });
  return segments.slice(Math.max(0, first));
}

/**
 * Separates segments that stay on disk from those to delete. A segment stays after it left the playlist for as long as
 * the longest playlist that listed it: a viewer may have read that playlist just before (RFC 8216, 6.2.2).
 */
export function retire(
  window: LiveWindow,
  listedSeconds: number,
): { readonly window: LiveWindow; readonly retired: readonly Segment[] } {
  const last = window.segments.at(-1);
  const kept = newest(window.segments, 2 * listedSeconds + (last ? durationOf(last) : 0));
  const retired = window.segments.slice(0, window.segments.length - kept.length);
  return { window: { ...window, segments: kept }, retired };
}

/** The video's duration; audio parts vary around it. */
function durationOf({ parts }: Segment): number {
  return Math.max(...Object.values(parts).map(({ durationSeconds }) => durationSeconds));
}

function startOf({ parts }: Segment): number {
  return Math.min(...Object.values(parts).map(({ startSeconds }) => startSeconds));
}

function endOf({ parts }: Segment): number {
  return Math.max(
    ...Object.values(parts).map(({ startSeconds, durationSeconds }) => startSeconds + durationSeconds),
  );
}

function continues(before: Segment["parts"], after: Segment["parts"]): boolean {
  return Object.entries(after).every(([rendition, { initFile, startSeconds }]) => {
    const previous = before[rendition];
    return (
      previous?.initFile === initFile &&
      Math.abs(startSeconds - (previous.startSeconds + previous.durationSeconds)) < TOUCH_SECONDS
    );
  });
}

function isCodedAlike(before: Segment["parts"], after: Segment["parts"]): boolean {
  return Object.entries(after).every(([rendition, { initFile }]) => before[rendition]?.initFile === initFile);
}
