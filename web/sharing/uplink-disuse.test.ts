import { expect, test } from "vitest";
import { UplinkDisuse } from "./uplink-disuse.ts";

/** When a capacity is forgotten that nothing is sent over from now on. */
function forgottenAfter(disuse: UplinkDisuse, bitsPerSecond: number, from: number): number {
  disuse.ended(from);
  for (let seconds = 1; seconds < 10_000; seconds += 1) {
    if (disuse.outlasts(bitsPerSecond, from + seconds)) return seconds;
  }
  throw new Error("It is never forgotten");
}

test("a capacity is forgotten after a minute without use, then after twice as long each time, up to half an hour", () => {
  const disuse = new UplinkDisuse(400_000);
  const waits = [1, 2, 3, 4, 5, 6, 7].map((time) => {
    const seconds = forgottenAfter(disuse, 400_000, time * 10_000);
    disuse.measured(400_000);
    return seconds;
  });
  expect(waits).toEqual([60, 120, 240, 480, 960, 1800, 1800]);
});

test("this visit's first measurement is put to the test after ten seconds, and later ones as seldom as any", () => {
  const disuse = new UplinkDisuse(null);
  const waits = [1, 2, 3].map((time) => {
    disuse.measured(400_000);
    return forgottenAfter(disuse, 400_000, time * 10_000);
  });
  expect(waits).toEqual([10, 60, 120]);
});

test("an uplink that turns out to bear twice as much is tried after a minute again", () => {
  const disuse = new UplinkDisuse(400_000);
  forgottenAfter(disuse, 400_000, 0);
  disuse.measured(900_000);
  expect(forgottenAfter(disuse, 900_000, 1000)).toBe(60);
});

test("an uplink that nothing was ever sent over counts from when it is first looked at", () => {
  const disuse = new UplinkDisuse(400_000);
  expect(disuse.outlasts(400_000, 1000)).toBe(false);
  expect(disuse.outlasts(400_000, 1059)).toBe(false);
  expect(disuse.outlasts(400_000, 1060)).toBe(true);
});
