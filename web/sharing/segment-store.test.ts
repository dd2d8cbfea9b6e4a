import { expect, test } from "vitest";
import { SegmentStore, type Source } from "./segment-store.ts";

const segment = (
  length: number,
  source: Source = "cdn",
  trailer: ArrayBuffer | null = new ArrayBuffer(9),
) => ({
  data: new ArrayBuffer(length),
  source,
  trailer,
});
const lengthOf = (store: SegmentStore) => store.get("high", 7)?.data.byteLength;

test("a segment is found under its rendition and number, and nowhere else", () => {
  const store = new SegmentStore();
  store.put("high", 7, segment(3));
  expect(lengthOf(store)).toBe(3);
  expect(store.has("high", 8)).toBe(false);
  expect(store.has("low", 7)).toBe(false);
  expect(store.get("low", 7)).toBeUndefined();
  expect(store.sequences("high")).toEqual([7]);
  expect(store.sequences("low")).toEqual([]);
});

test("what comes from the CDN replaces what is there, and what comes from a peer doesn't", () => {
  const store = new SegmentStore();
  store.put("high", 7, segment(1, "peers"));
  store.put("high", 7, segment(2, "peers"));
  expect(lengthOf(store)).toBe(1);
  store.put("high", 7, segment(3, "cdn"));
  store.put("high", 7, segment(4, "peers"));
  expect(lengthOf(store)).toBe(3);
  store.put("high", 7, segment(5, "cdn"));
  expect(lengthOf(store)).toBe(5);
});

test("peers may have what has a trailer, be it an empty one", () => {
  const store = new SegmentStore();
  store.put("high", 7, segment(1, "cdn", null));
  store.put("high", 8, segment(1, "cdn", new ArrayBuffer(0)));
  expect(store.sequences("high")).toEqual([8]);
  store.attach("high", 7, new ArrayBuffer(9));
  store.attach("high", 9, new ArrayBuffer(9));
  expect(store.sequences("high")).toEqual([7, 8]);
  expect(store.get("high", 7)?.trailer?.byteLength).toBe(9);
});

test("what is dropped is gone, and nothing else", () => {
  const store = new SegmentStore();
  for (const sequence of [1, 2, 3]) store.put("high", sequence, segment(1));
  store.drop("high", [1, 3, 9]);
  expect(store.sequences("high")).toEqual([2]);
  store.drop("high", [2]);
  store.drop("low", [1]);
  expect(store.has("high", 2)).toBe(false);
});
