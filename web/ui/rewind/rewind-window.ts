/** Decides whether a stream gets a bar to rewind, and puts into words how far behind live the viewer is. */

/**
 * A few key presses cover less than this, and on so short a bar the thumb would cover most of it. The usual playlist
 * of one minute stays below it at any delay.
 */
const SHOW_BAR_SECONDS = 90;

/** Lower than the limit to show it: a playlist's length varies by a segment or two, and the bar shouldn't flicker. */
const KEEP_BAR_SECONDS = 60;

/** `reachSeconds` is how far back from the live position the playlist reaches. */
export function needsBar(reachSeconds: number, isShown: boolean): boolean {
  return reachSeconds >= (isShown ? KEEP_BAR_SECONDS : SHOW_BAR_SECONDS);
}

/** `−0:42`, `−12:05`, `−1:02:03`. */
export function behindText(seconds: number): string {
  const [hours, minutes, rest] = clockOf(seconds);
  const twoDigits = (number: number) => `${number}`.padStart(2, "0");
  return hours > 0 ? `−${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `−${minutes}:${twoDigits(rest)}`;
}

/** `42 seconds behind live`, `1 hour, 2 minutes, 3 seconds behind live`, for screen readers. */
export function behindWords(seconds: number): string {
  const [hours, minutes, rest] = clockOf(seconds);
  const parts = [counted(hours, "hour"), counted(minutes, "minute"), counted(rest, "second")];
  return `${parts.filter((part) => part !== "").join(", ") || "0 seconds"} behind live`;
}

function clockOf(seconds: number): [hours: number, minutes: number, seconds: number] {
  const whole = Math.max(0, Math.round(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
}

function counted(number: number, unit: string): string {
  if (number === 0) return "";
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
