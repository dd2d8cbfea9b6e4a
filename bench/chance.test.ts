import { expect, test } from "vitest";
import { Chance } from "./chance.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const numbers = (seed: number) => {
    const chance = new Chance(seed);
    return Array.from({ length: 5 }, chance.next);
  };
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
});

test("numbers are spread evenly over [0, 1), durations have their mean", () => {
  const chance = new Chance(7);
  const draws = Array.from({ length: 20_000 }, chance.next);
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth++) {
    expect(draws.filter((drawn) => Math.floor(10 * drawn) === tenth).length / draws.length).toBeCloseTo(
      0.1,
      1,
    );
  }
  const stays = Array.from({ length: 20_000 }, () => chance.lasting(60));
  expect(stays.reduce((sum, stay) => sum + stay, 0) / stays.length / 60).toBeCloseTo(1, 1);
});

test("a pick is one of the values, and picking from none is an error", () => {
  const chance = new Chance(3);
  expect(new Set(Array.from({ length: 50 }, () => chance.pick(["a", "b", "c"])))).toEqual(
    new Set(["a", "b", "c"]),
  );
  expect(() => chance.pick([])).toThrow("nothing to pick from");
});
