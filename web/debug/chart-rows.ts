/**
 * The chart of segments, as lengths: a row for each, against its own deadline. All rows have the deadline at the same
 * place, so that what came early and what came late is seen at a glance, also on a narrow screen.
 */

import type { DebugFile, SegmentStory, Way } from "./debug-file.ts";

export interface ChartRow {
  readonly label: string;
  /** Where it came from, in words. */
  readonly from: string;
  /** In seconds to the deadline, which is 0; what is late is above. */
  readonly known: number;
  readonly bars: readonly { readonly from: number; readonly to: number; readonly way: Way }[];
  readonly complete: number | null;
}

export interface Chart {
  readonly rows: readonly ChartRow[];
  /** What the axis has to show, in seconds to the deadline. */
  readonly first: number;
  readonly last: number;
}

const MOST_DIGITS = 5;

/** At least so much on both sides of the deadline. */
const LEAST_SECONDS = { before: 4, after: 1 };
/** A viewer far behind live knows segments for minutes. */
const MOST_SECONDS = { before: 20, after: 10 };

/** The newest `most` segments of a stream that have a deadline, the oldest first. */
export function chartOf(
  { segments, savedAt, startedAt }: DebugFile,
  stream: SegmentStory["stream"],
  most: number,
): Chart {
  const now = savedAt - startedAt;
  const all = segments.flatMap((one) =>
    one.stream === stream && one.dueAt !== null ? [rowOf(one, one.dueAt, now)] : [],
  );
  const rows = all.slice(-most);
  const times = rows.flatMap(({ known, bars }) => [known, ...bars.map(({ to }) => to)]);
  return {
    rows,
    first: Math.max(-MOST_SECONDS.before, Math.min(-LEAST_SECONDS.before, ...times)),
    last: Math.min(MOST_SECONDS.after, Math.max(LEAST_SECONDS.after, ...times)),
  };
}

function rowOf(story: SegmentStory, dueAt: number, now: number): ChartRow {
  const toDue = (at: number) => (at - dueAt) / 1000;
  return {
    label: labelOf(story.sequence),
    from: sourceOf(story, now),
    known: toDue(story.knownAt),
    bars: story.ways.map((way) => ({ from: toDue(way.begunAt), to: toDue(way.endedAt ?? now), way })),
    complete: story.completeAt === null ? null : toDue(story.completeAt),
  };
}

/** Numbers that follow from the clock have ten digits, of which the last tell one row from another. */
function labelOf(sequence: number): string {
  const digits = String(sequence);
  return digits.length > MOST_DIGITS ? `…${digits.slice(-MOST_DIGITS)}` : digits;
}

/**
 * `CDN`, `peer 1a2b3c`, or both, the one that was first before the other; of what isn't there yet, whether it still has time.
 * `now` is in milliseconds since the record began.
 */
export function sourceOf({ from, cameTwice, ways, dueAt }: SegmentStory, now: number): string {
  if (from === null) {
    if (ways.some(({ outcome }) => outcome === "running")) return "coming";
    return dueAt !== null && dueAt <= now ? "missing" : "waiting";
  }
  const peer = ways.find(({ source, outcome }) => source === "peers" && outcome === "done")?.peer;
  const words = { cdn: "CDN", peers: peer ? `peer ${peer}` : "a peer" };
  const other = from === "cdn" ? words.peers : words.cdn;
  return cameTwice ? `${words[from]}, and ${other}` : words[from];
}
