/** How the figures read: short, rounded to what a person can use, and with the same width from second to second. */

const steps = ["B", "kB", "MB", "GB", "TB"];

/** `0 B`, `940 kB`, `12.3 MB`: powers of a thousand, as network prices and lines are counted. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let step = 0;
  // 999.5 would round to a fourth digit.
  while (amount >= 999.5 && step < steps.length - 1) {
    amount /= 1000;
    step += 1;
  }
  return `${step < 2 ? Math.round(amount) : amount.toFixed(1)} ${steps[step]}`;
}

/** `8.2 s`; a dash while it isn't known. */
export function secondsText(seconds: number | null): string {
  return seconds === null ? "–" : `${seconds.toFixed(1)} s`;
}

/** `72 %`, and never a rounded 0 or 100: a share that is almost everything doesn't read as all of it. */
export function shareText(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return "< 1 %";
  if (percent === 100 && share < 1) return "> 99 %";
  return `${percent} %`;
}

/** `3`, or `3 (5 so far)` once some have come and gone. */
export function peersText(now: number, ever: number): string {
  return ever > now ? `${now} (${ever} so far)` : `${now}`;
}

/** `none`, or `2 (3.5 s)`. */
export function stallsText(stalls: number, seconds: number): string {
  return stalls === 0 ? "none" : `${stalls} (${secondsText(seconds)})`;
}
