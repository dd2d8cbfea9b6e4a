/** Decides from which window on a stream gets a bar to rewind by, and puts into words how far behind live a picture is. */

/**
 * What is nearer than this, a few presses of a key reach, and a bar would hardly be longer than its thumb is wide in
 * time. The usual playlist of a minute stays under it, whatever its delay.
 */
const WORTH_A_BAR_SECONDS = 90;

/** Windows breathe by a segment or two; a bar that is there doesn't come and go with them. */
const STILL_WORTH_A_BAR_SECONDS = 60;

/** `reachSeconds` is how far one can go back from the live position. */
export function isWorthABar(reachSeconds: number, isShown: boolean): boolean {
  return reachSeconds >= (isShown ? STILL_WORTH_A_BAR_SECONDS : WORTH_A_BAR_SECONDS);
}

/** `−0:42`, `−12:05`, `−1:02:03`. */
export function behindText(seconds: number): string {
  const [hours, minutes, rest] = clockOf(seconds);
  const twoDigits = (number: number) => `${number}`.padStart(2, "0");
  return hours > 0 ? `−${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `−${minutes}:${twoDigits(rest)}`;
}

/** `42 seconds behind live`, `1 hour, 2 minutes, 3 seconds behind live`: for who hears it. */
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
