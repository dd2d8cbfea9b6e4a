/** Formats stats for viewers: short, rounded, and about as wide from second to second. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** `0 B`, `940 kB`, `12.3 MB`: in powers of a thousand, as networks count bytes. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  // 999.5 would round to four digits.
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit < 2 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[unit]}`;
}

/** `8.2 s`, or a dash while unknown. */
export function secondsText(seconds: number | null): string {
  return seconds === null ? "–" : `${seconds.toFixed(1)} s`;
}

/** `72 %`. Shares just above 0 or below 1 read `< 1 %` and `> 99 %` instead of being rounded. */
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
