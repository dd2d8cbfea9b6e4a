// Where a seat is in its ring, and how many sit in a ring of which only a stretch was seen.
import { hash } from "node:crypto";
import type { Sample, Seat } from "./swarms.ts";

/**
 * World rings of a swarm. One DynamoDB partition takes 1,000 writes and 3,000 reads of 4 KB a second. A crowd of
 * 100,000 in two minutes writes 833 world seats a second and looks up five answers for each, which would fill one
 * partition; four leave room for a burst of four times that. More rings would make small swarms dearer to read.
 */
export const worldRings = 4;

/**
 * Seats in one sample, about 8 KB: one read unit at half price, a sixteenth of what the announce costs as messages. With
 * half as many, the size of a swarm is known to a quarter only, and one viewer in seven is helped who needs no help.
 */
export const sampleSize = 40;

/** A viewer's seat: which of the world rings, and where in any ring, as a fraction of the way round. */
export interface Spot {
  readonly ring: number;
  readonly position: number;
}

const scale = 2 ** 48;

/** The spot of a peer id, or of any other name: even over rings and positions, and the same everywhere. */
export function spotOf(id: string): Spot {
  const digest = hash("sha1", id, "hex");
  return {
    ring: Number.parseInt(digest.slice(12, 14), 16) % worldRings,
    position: Number.parseInt(digest.slice(0, 12), 16) / scale,
  };
}

/** A position as text that sorts like the number: twelve hexadecimal digits. */
export function sortable(position: number): string {
  return Math.floor(position * scale)
    .toString(16)
    .padStart(12, "0");
}

/** The position that `sortable` wrote, whatever follows it. */
export function positionFrom(text: string): number {
  return Number.parseInt(text.slice(0, 12), 16) / scale;
}

/**
 * How many sit in a ring, when `found` seats lay within `span` of the way round from a random start to the last of
 * them. For points thrown evenly, (found − 1) / span is right on average (span is a gamma variable of that shape).
 */
export function estimateCount(found: number, span: number): number {
  return found < 2 || span <= 0 ? found : Math.max(found, Math.round((found - 1) / span));
}

/** A sample with the size of its swarm split between seeders and the others as the sample is. */
export function counted(seats: readonly Seat[], count: number): Sample {
  const seeders = seats.filter((seat) => seat.isSeeder).length;
  const complete = seats.length === 0 ? 0 : Math.round((count * seeders) / seats.length);
  return { seats, complete, incomplete: Math.round(count) - complete };
}
