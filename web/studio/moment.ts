/** A minute in the page's address, so that a link leads to it: `#at=2027-01-15T08:05Z`. */

const PREFIX = "#at=";
const MINUTE_MS = 60_000;

/** The minute since the epoch; null where the address names none. */
export function momentIn(hash: string): number | null {
  if (!isMoment(hash)) return null;
  const at = Date.parse(hash.slice(PREFIX.length));
  return Number.isNaN(at) ? null : Math.floor(at / MINUTE_MS);
}

/** A link's token stands there as well. */
export function isMoment(hash: string): boolean {
  return hash.startsWith(PREFIX);
}

export function hashOf(minute: number): string {
  return `${PREFIX}${new Date(minute * MINUTE_MS).toISOString().slice(0, 16)}Z`;
}
