/** Freezes by what is on the screen: audio runs on while the picture stands, so events of the element miss some. */

import type { Sample } from "./viewer-report.ts";

/** Milliseconds, of Date.now(). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Freezes {
  readonly count: number;
  readonly seconds: number;
  /** Those in which the player had run dry. In others the machine was busy, or the browser. */
  readonly starvedSeconds: number;
}

/** With less than this ahead of the picture a player may have run dry. */
const DRY_SECONDS = 0.5;

/** A frame that stays for longer is a freeze: five frames of the film. */
const LONGEST_FRAME_MS = 500;

/** Gaps between frames inside the span, from the first frame on; the last one lasts to the end of the span. */
export function freezesIn(
  frames: readonly number[],
  samples: readonly Sample[],
  { from, to }: Span,
): Freezes {
  const shown = [...frames.filter((at) => at < to), to];
  const gaps = shown.flatMap((at, index) => {
    const before = shown[index - 1];
    return before === undefined ? [] : [{ from: Math.max(before, from), to: at }];
  });
  const freezes = gaps.filter((gap) => gap.to - gap.from > LONGEST_FRAME_MS);
  const seconds = (some: readonly Span[]) => some.reduce((sum, gap) => sum + gap.to - gap.from, 0) / 1000;
  return {
    count: freezes.length,
    seconds: seconds(freezes),
    starvedSeconds: seconds(freezes.filter((freeze) => isStarved(freeze, samples))),
  };
}

/** Whether the buffer was nearly empty when a freeze began, or during it. What isn't known counts as empty. */
function isStarved({ from, to }: Span, samples: readonly Sample[]): boolean {
  const last = samples.findLast(({ at }) => at <= from);
  if (!last || last.bufferSeconds - (from - last.at) / 1000 < DRY_SECONDS) return true;
  return samples.some(({ at, bufferSeconds }) => at > from && at <= to && bufferSeconds < DRY_SECONDS);
}

/** Which share of a span was played, 0 to 1; what a jump leaves out isn't played. */
export function playedShare(samples: readonly Sample[], { from, to }: Span): number {
  const inside = samples.filter(({ at }) => at >= from && at <= to);
  const played = inside.map((sample, index) => {
    const before = inside[index - 1];
    if (!before) return 0;
    const passed = (sample.at - before.at) / 1000;
    // Playback may catch up a little faster than time passes; anything else ahead is a jump.
    return Math.min(passed, Math.max(0, sample.position - before.position));
  });
  const watched = ((inside.at(-1)?.at ?? 0) - (inside[0]?.at ?? 0)) / 1000;
  return watched === 0 ? 0 : played.reduce((sum, seconds) => sum + seconds, 0) / watched;
}
