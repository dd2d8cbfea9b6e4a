/**
 * Whether a viewer serves one more peer. Served one after the other, each receiver soon holds the segment and serves
 * others then; served all at once, everybody waits as long as the last. Those who are refused ask another
 * holder, or ask again when they hear that there is room.
 */

/** How this viewer does itself. */
export interface OwnState {
  /** It sends nothing for now. */
  isPaused: boolean;
  bufferSeconds: number;
  segmentSeconds: number;
}

export interface UploadLoad extends OwnState {
  /** What is asked for. */
  bytes: number;
  /** Uploads under way. */
  active: number;
  /** What they have still to send. */
  backlogBytes: number;
  /** They are slowed down by the receivers' lines. */
  leavesRoom: boolean;
  /** What may be given away of the uplink; null until it has been measured. */
  spareBitsPerSecond: number | null;
}

/** On a fast uplink more at once do no harm, as long as a newcomer needn't wait longer than this. */
const SHORT_BACKLOG_SECONDS = 0.2;

/** How many who are slow to receive may be served at once. */
const MOST_SLOW = 5;

/** A segment that takes longer than so many of its own lengths comes too late, and all of it was sent in vain. */
const LATE_SEGMENTS = 2;

/**
 * Whether a viewer serves anybody at all. One that doesn't announces nothing either: nobody should wait for its copy, and
 * a weak uplink has no room for telling of it.
 */
export function mayServe({
  isPaused,
  bytes,
  spareBitsPerSecond,
  segmentSeconds,
}: Pick<UploadLoad, "isPaused" | "bytes" | "spareBitsPerSecond" | "segmentSeconds">): boolean {
  if (isPaused) return false;
  return spareBitsPerSecond === null || bytes * 8 <= LATE_SEGMENTS * segmentSeconds * spareBitsPerSecond;
}

/**
 * Whether one more upload may begin. Pacing keeps uploads from slowing down the viewer's own requests, so one goes on
 * also where the buffer is low: behind a shared line that is full, peers nearby are the only ones who can fill it.
 */
export function mayServeOneMore(load: UploadLoad): boolean {
  const { active, backlogBytes, leavesRoom, spareBitsPerSecond, bufferSeconds, segmentSeconds } = load;
  if (!mayServe(load)) return false;
  if (active === 0) return true;
  if (bufferSeconds < segmentSeconds) return false;
  if (leavesRoom && active < MOST_SLOW) return true;
  return spareBitsPerSecond !== null && (backlogBytes * 8) / spareBitsPerSecond < SHORT_BACKLOG_SECONDS;
}
