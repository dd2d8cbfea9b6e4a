import { expect, test } from "vitest";
import { SegmentStore } from "./segment-store.ts";

const bytes = (length: number) => new ArrayBuffer(length);

test("a segment is found under its rendition and number, and nowhere else", () => {
  const store = new SegmentStore();
  store.put("high", 7, bytes(3));
  expect(store.get("high", 7)?.byteLength).toBe(3);
  expect(store.has("high", 8)).toBe(false);
  expect(store.has("low", 7)).toBe(false);
  expect(store.get("low", 7)).toBeUndefined();
  expect(store.sequences("high")).toEqual([7]);
  expect(store.sequences("low")).toEqual([]);
});

test("the first copy of a segment stays", () => {
  const store = new SegmentStore();
  store.put("high", 7, bytes(3));
  store.put("high", 7, bytes(4));
  expect(store.get("high", 7)?.byteLength).toBe(3);
});

test("what is dropped is gone, and nothing else", () => {
  const store = new SegmentStore();
  for (const sequence of [1, 2, 3]) store.put("high", sequence, bytes(1));
  store.drop("high", [1, 3, 9]);
  expect(store.sequences("high")).toEqual([2]);
  store.drop("high", [2]);
  store.drop("low", [1]);
  expect(store.has("high", 2)).toBe(false);
});
