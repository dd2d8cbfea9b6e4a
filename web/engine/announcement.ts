/**
 * Translates between what a viewer announces to its peers and the core's two lists of sequence numbers. The second one,
 * of segments being fetched, also says that a viewer can't be a fetcher now: by one number that no segment has.
 */

/** What a viewer fetches of a rendition, and whether it may be a fetcher now. */
export interface Duty {
  fetching: readonly number[];
  mayFetch: boolean;
}

/** Among segments being fetched: "not a fetcher now". At one segment a second, a stream gets here in 68 years. */
export const NO_FETCHER = 2 ** 31 - 1;

/** A longer list isn't a live playlist's. The rest of it is ignored. */
const LONGEST_LIST = 1_000;

/** The core's list of segments being fetched. */
export function listOf({ fetching, mayFetch }: Duty): number[] {
  return mayFetch ? [...fetching] : [...fetching, NO_FETCHER];
}

/** Reads what a peer announced. A list is undefined when it is empty, and may be anything from another client. */
export function announced(held: unknown, fetching: unknown): Duty & { held: readonly number[] } {
  const listed = sequencesIn(fetching);
  return {
    held: sequencesIn(held),
    fetching: listed.filter((sequence) => sequence !== NO_FETCHER),
    mayFetch: !listed.includes(NO_FETCHER),
  };
}

function sequencesIn(list: unknown): number[] {
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, LONGEST_LIST)
    .filter((one): one is number => typeof one === "number" && Number.isSafeInteger(one) && one >= 0);
}
