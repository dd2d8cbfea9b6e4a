import { expect, test } from "vitest";
import { mayServeOneMore, type UploadLoad } from "./uploads.ts";

const idle: UploadLoad = {
  isPaused: false,
  bytes: 375_000,
  active: 0,
  backlogBytes: 0,
  leavesRoom: false,
  spareBitsPerSecond: null,
  bufferSeconds: 5,
  segmentSeconds: 2,
};

test("one is served at a time on an uplink that hasn't been measured", () => {
  expect(mayServeOneMore(idle)).toBe(true);
  expect(mayServeOneMore({ ...idle, active: 1, backlogBytes: 1 })).toBe(false);
});

test.each([
  ["hasn't been measured", null],
  ["wouldn't soon send what waits", 2_500_000],
])(
  "who is slow to receive doesn't keep up others on an uplink that %s: up to five are served",
  (_, spareBitsPerSecond) => {
    const slow = { ...idle, spareBitsPerSecond, leavesRoom: true, backlogBytes: 375_000 };
    const served = [1, 4, 5].map((active) => mayServeOneMore({ ...slow, active }));
    expect(served).toEqual([true, true, false]);
    expect(mayServeOneMore({ ...slow, leavesRoom: false, active: 1 })).toBe(false);
  },
);

test("a fast uplink serves more, as long as what waits is soon sent", () => {
  const fast = { ...idle, active: 4, spareBitsPerSecond: 100_000_000 };
  expect(mayServeOneMore({ ...fast, backlogBytes: 2_000_000 })).toBe(true);
  expect(mayServeOneMore({ ...fast, backlogBytes: 3_000_000 })).toBe(false);
});

test("an uplink that others keep full serves nobody", () => {
  expect(mayServeOneMore({ ...idle, spareBitsPerSecond: 0 })).toBe(false);
});

test("with less than a segment in its own buffer a viewer serves one at a time", () => {
  const fast = { ...idle, spareBitsPerSecond: 100_000_000 };
  expect(mayServeOneMore({ ...fast, bufferSeconds: 1.9 })).toBe(true);
  expect(mayServeOneMore({ ...fast, bufferSeconds: 1.9, active: 1 })).toBe(false);
  expect(mayServeOneMore({ ...fast, bufferSeconds: 2, active: 1 })).toBe(true);
});

test("with hardly anything left it still serves one, and nobody while its guard pauses sharing", () => {
  expect(mayServeOneMore({ ...idle, bufferSeconds: 0.1 })).toBe(true);
  expect(mayServeOneMore({ ...idle, isPaused: true })).toBe(false);
});

test("what would take longer than two segments isn't begun, as it would come too late", () => {
  expect(mayServeOneMore({ ...idle, spareBitsPerSecond: 700_000 })).toBe(false);
  expect(mayServeOneMore({ ...idle, spareBitsPerSecond: 800_000 })).toBe(true);
  expect(mayServeOneMore({ ...idle, spareBitsPerSecond: 100_000, bytes: 16_000 })).toBe(true);
});
