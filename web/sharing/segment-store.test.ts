import { expect, test, vi } from "vitest";
import { SegmentStore } from "./segment-store.ts";

const bytes = (length: number) => new ArrayBuffer(length);

test("what is put in can be taken out, by rendition and sequence number", () => {
  const store = new SegmentStore();
  store.put("high", 7, bytes(3), "cdn");
  expect(store.get("high", 7)?.byteLength).toBe(3);
  expect(store.has("high", 7)).toBe(true);
  expect(store.has("low", 7)).toBe(false);
  expect(store.sequences("high")).toEqual([7]);
});

test("a segment that comes twice is kept as it came first, and both arrivals are told", () => {
  const arrived = vi.fn();
  const store = new SegmentStore(arrived);
  store.put("high", 7, bytes(3), "cdn");
  store.put("high", 7, bytes(4), "peers");
  expect(store.get("high", 7)?.byteLength).toBe(3);
  expect(arrived.mock.calls.map(([, , , source]) => source)).toEqual(["cdn", "peers"]);
});

test("what has left the window is let go, and peers hear of it", () => {
  const changed = vi.fn();
  const store = new SegmentStore();
  for (const sequence of [5, 6, 7]) store.put("high", sequence, bytes(1), "cdn");
  store.announceChanges(changed);
  store.dropBefore("high", 7);
  expect(store.sequences("high")).toEqual([7]);
  expect(changed).toHaveBeenCalledExactlyOnceWith("high");
});

test("nothing to let go, nothing to tell", () => {
  const changed = vi.fn();
  const store = new SegmentStore();
  store.announceChanges(changed);
  store.dropBefore("high", 7);
  expect(changed).not.toHaveBeenCalled();
});

test("a rendition that nothing is held of has nothing to let go", () => {
  const changed = vi.fn();
  const store = new SegmentStore();
  store.put("high", 5, bytes(1), "cdn");
  store.announceChanges(changed);
  store.dropBefore("high", 5);
  expect(changed).not.toHaveBeenCalled();
});
