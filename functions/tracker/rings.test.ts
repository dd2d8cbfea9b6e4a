import fc from "fast-check";
import { expect, test } from "vitest";
import { counted, estimateCount, positionFrom, ringPositionOf, sortable, WORLD_RINGS } from "./rings.ts";
import type { Seat } from "./swarms.ts";

const names = Array.from({ length: 20_000 }, (_, number) => `viewer ${number}`);

test("seats are spread evenly over rings and positions", () => {
  const spots = names.map(ringPositionOf);
  for (let ring = 0; ring < WORLD_RINGS; ring++) {
    const inRing = spots.filter((each) => each.ring === ring);
    expect(inRing.length / spots.length).toBeCloseTo(1 / WORLD_RINGS, 1);
    const tenths = Array.from({ length: 10 }, (_, tenth) =>
      inRing.filter(({ position }) => Math.floor(position * 10) === tenth),
    );
    for (const tenth of tenths) expect(tenth.length / inRing.length).toBeCloseTo(0.1, 1);
  }
});

test("the position of an id is always the same", () => {
  expect(ringPositionOf("viewer")).toEqual(ringPositionOf("viewer"));
});

test("positions as text sort as the numbers do, and are read back", () => {
  const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(position, position, (a, b) => {
      expect(Math.abs(positionFrom(`${sortable(a)}.peer`) - a)).toBeLessThan(2 ** -47);
      if (a < b) expect(sortable(a) <= sortable(b)).toBe(true);
    }),
  );
});

test("the estimate of a ring's size is right on average", () => {
  const size = 5000;
  const positions = names
    .slice(0, size)
    .map((name) => ringPositionOf(name).position)
    .toSorted((a, b) => a - b);
  const estimates = Array.from({ length: 500 }, (_, number) => {
    const first = Math.floor((number / 500) * size);
    const start = ringPositionOf(`start ${number}`).position;
    const ahead = positions.map((position) => (position - start + 1) % 1).toSorted((a, b) => a - b);
    return first < 0 ? 0 : estimateCount(20, ahead[19] ?? 1);
  });
  const mean = estimates.reduce((sum, each) => sum + each, 0) / estimates.length;
  expect(mean / size).toBeGreaterThan(0.9);
  expect(mean / size).toBeLessThan(1.1);
});

test.each([
  [0, 0, 0],
  [1, 0.5, 1],
  [5, 0, 5],
  [20, 1, 20],
])("%i seats in a span of %d are estimated as %i", (found, span, count) => {
  expect(estimateCount(found, span)).toBe(count);
});

test("seeders have the same share of a swarm as of its sample", () => {
  const seat = (isSeeder: boolean) => ({ isSeeder }) as Seat;
  const seats = [seat(true), seat(true), seat(true), seat(false)];
  expect(counted(seats, 400, false)).toEqual({ seats, complete: 300, incomplete: 100, isWhole: false });
  expect(counted([], 0, true)).toEqual({ seats: [], complete: 0, incomplete: 0, isWhole: true });
});
