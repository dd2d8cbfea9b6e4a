/** Computes a seat's position in its rings, and how many seats a ring has when only a stretch of it was read. */
import { hash } from "node:crypto";
import type { Sample, Seat } from "./swarms.ts";

/**
 * World rings of a swarm, each a DynamoDB partition, which takes 1,000 writes and 3,000 reads of 4 KB a second. A crowd
 * of 100,000 in two minutes writes 833 world seats a second and looks up five answers for each, which would fill one
 * partition; four leave room for a burst of four times that. More rings would make small swarms more expensive to read.
 */
export const WORLD_RINGS = 4;

/**
 * Seats in one sample, about 8 KB: one read unit, a sixteenth of what the announce costs in messages. Half as many would
 * tell the size of a swarm only to within a quarter, and one viewer in seven would be helped without needing it.
 */
export const SAMPLE_SIZE = 40;

/**
 * Seats to read from each world ring when the whole swarm is read. Rings hold about as many seats as each other, so when
 * one has fewer than `SAMPLE_SIZE`, twice that shows practically all of the others.
 */
export const WHOLE_RING_SIZE = 2 * SAMPLE_SIZE;

/** Which of the world rings a seat is in, and its position in any ring, as a fraction of the way round. */
export interface RingPosition {
  readonly ring: number;
  readonly position: number;
}

const POSITION_SCALE = 2 ** 48;

/** The position of a peer id or a connection id: hashed, so it is even over all rings and the same everywhere. */
export function ringPositionOf(id: string): RingPosition {
  const digest = hash("sha1", id, "hex");
  return {
    ring: Number.parseInt(digest.slice(12, 14), 16) % WORLD_RINGS,
    position: Number.parseInt(digest.slice(0, 12), 16) / POSITION_SCALE,
  };
}

/** A position as text that sorts as the number does: twelve hexadecimal digits. */
export function sortable(position: number): string {
  return Math.floor(position * POSITION_SCALE)
    .toString(16)
    .padStart(12, "0");
}

/** Reads the position that `sortable` wrote at the beginning of a text. */
export function positionFrom(text: string): number {
  return Number.parseInt(text.slice(0, 12), 16) / POSITION_SCALE;
}

/**
 * Estimates how many seats a ring has from `found` seats within `span`, the fraction of the way round from a random
 * start to the last of them. For evenly spread points (found − 1) / span is unbiased, since span is gamma-distributed.
 */
export function estimateCount(found: number, span: number): number {
  return found < 2 || span <= 0 ? found : Math.max(found, Math.round((found - 1) / span));
}

/** A sample of a swarm of `count`, whose split between seeders and others is that of the sample. */
export function counted(seats: readonly Seat[], count: number, isWhole: boolean): Sample {
  const seeders = seats.filter((seat) => seat.isSeeder).length;
  const complete = seats.length === 0 ? 0 : Math.round((count * seeders) / seats.length);
  return { seats, complete, incomplete: Math.round(count) - complete, isWhole };
}
