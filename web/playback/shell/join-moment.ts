/**
 * When to join the swarms. The engine and its connections take some of the line for a second or two. On a tight one,
 * which brings segments hardly faster than they play, the picture would stand meanwhile.
 */

import type { Room } from "../../sharing/downlink-budget.ts";

/** How a viewer's start goes. */
export interface Start {
  readonly room: Room;
  /** What a fetch of one segment takes. */
  readonly fetchSeconds: number;
  readonly bufferSeconds: number;
}

/** The buffer that a tight line needs beyond the next fetch. */
const SPARE_SECONDS = 1;

/** With less the picture stands, or is about to: there is nothing left to lose, and peers nearby may help. */
const DRY_SECONDS = 0.1;

/** A line whose buffer doesn't grow in this time won't have room later either. */
const LONGEST_WAIT_MS = 10_000;

const LOOK_AGAIN_MS = 250;

/** Whether joining now costs the player nothing. A line that is slower than the stream needs peers at once. */
export function hasRoomToJoin({ room, fetchSeconds, bufferSeconds }: Start): boolean {
  return room !== "tight" || bufferSeconds >= fetchSeconds + SPARE_SECONDS || bufferSeconds < DRY_SECONDS;
}

/** Resolves when there is room to join, when the buffer has run dry, after ten seconds without, or once `leaving` is aborted. */
export function roomToJoin(look: () => Start, leaving: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const until = performance.now() + LONGEST_WAIT_MS;
    const review = () => {
      if (leaving.aborted || performance.now() >= until || hasRoomToJoin(look())) return resolve();
      setTimeout(review, LOOK_AGAIN_MS);
    };
    review();
  });
}
