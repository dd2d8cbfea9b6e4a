import { expect, test } from "vitest";
import { anchorFor, BUFFER_SECONDS } from "./playout.ts";

const NOW = 1_790_000_000;

test("what comes first is due a buffer after it came, whatever its timestamp", () => {
  expect(1234 + anchorFor(null, 1234, NOW)).toBeCloseTo(NOW + BUFFER_SECONDS, 6);
});

test("what follows keeps its distance, however unevenly it arrives", () => {
  const anchor = anchorFor(null, 10, NOW);
  for (const [timestamp, arrival] of [
    [10.03, NOW + 0.3],
    [10.06, NOW + 0.31],
    [10.1, NOW + 0.01],
  ] as const) {
    expect(anchorFor(anchor, timestamp, arrival)).toBe(anchor);
  }
});

test("what comes after its time starts a new buffer", () => {
  const anchor = anchorFor(null, 10, NOW);
  const late = anchorFor(anchor, 11, NOW + 2);
  expect(11 + late).toBeCloseTo(NOW + 2 + BUFFER_SECONDS, 6);
});

test("a publisher's clock that jumps ahead or back starts anew", () => {
  const anchor = anchorFor(null, 10, NOW);
  for (const jumped of [500, 0]) {
    expect(jumped + anchorFor(anchor, jumped, NOW + 1)).toBeCloseTo(NOW + 1 + BUFFER_SECONDS, 6);
  }
});
