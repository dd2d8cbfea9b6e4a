import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hasRoomToJoin, roomToJoin, type Start } from "./join-moment.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const tight: Start = { room: "tight", fetchSeconds: 1.7, bufferSeconds: 2 };

test.each([
  { line: "ample", start: { ...tight, room: "ample" }, hasRoom: true },
  { line: "tight", start: tight, hasRoom: false },
  { line: "tight, with a buffer", start: { ...tight, bufferSeconds: 2.8 }, hasRoom: true },
  { line: "tight, with hardly anything left", start: { ...tight, bufferSeconds: 0.2 }, hasRoom: false },
  { line: "tight, and the picture stands", start: { ...tight, bufferSeconds: 0.05 }, hasRoom: true },
  { line: "perhaps slower than the stream", start: { ...tight, room: "unproven" }, hasRoom: true },
] as const)("$line: room to join is $hasRoom", ({ start, hasRoom }) => {
  expect(hasRoomToJoin(start)).toBe(hasRoom);
});

/** Tells whether the viewer has joined. */
function joinsWhen(look: () => Start, leaving = new AbortController().signal): () => boolean {
  let hasJoined = false;
  void roomToJoin(look, leaving).then(() => {
    hasJoined = true;
  });
  return () => hasJoined;
}

test("where there is room, a viewer joins at once", async () => {
  const hasJoined = joinsWhen(() => ({ ...tight, room: "ample" }));
  await vi.advanceTimersByTimeAsync(0);
  expect(hasJoined()).toBe(true);
});

test("on a tight line it joins once the buffer bears it", async () => {
  let bufferSeconds = 1.5;
  const hasJoined = joinsWhen(() => ({ ...tight, bufferSeconds }));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(hasJoined()).toBe(false);
  bufferSeconds = 3;
  await vi.advanceTimersByTimeAsync(300);
  expect(hasJoined()).toBe(true);
});

test("a line that stays tight isn't waited for longer than ten seconds", async () => {
  const hasJoined = joinsWhen(() => tight);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(hasJoined()).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(hasJoined()).toBe(true);
});

test("who leaves meanwhile waits no longer", async () => {
  const leaving = new AbortController();
  const hasJoined = joinsWhen(() => tight, leaving.signal);
  await vi.advanceTimersByTimeAsync(500);
  leaving.abort();
  await vi.advanceTimersByTimeAsync(300);
  expect(hasJoined()).toBe(true);
});
