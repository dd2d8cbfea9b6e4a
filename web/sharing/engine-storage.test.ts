import { beforeEach, expect, test } from "vitest";
import { EngineStorage } from "./engine-storage.ts";
import { SegmentStore } from "./segment-store.ts";

const RENDITION = "https://cdn.test/v0/index.m3u8";
const CORE_ID = "v2-my-channel-main-Zm9v";

let store: SegmentStore;
let isRoom: boolean;
let announced: string[];
let storage: EngineStorage;

beforeEach(() => {
  store = new SegmentStore();
  isRoom = true;
  announced = [];
  storage = new EngineStorage(store, () => isRoom);
  storage.name("main", "Zm9v", RENDITION);
  storage.forCore.setSegmentChangeCallback((coreId) => announced.push(coreId));
  store.put(RENDITION, 7, new ArrayBuffer(100), "cdn");
});

const read = (sequence: number) => storage.forCore.getSegmentData("my-channel", CORE_ID, sequence);

test("the core finds a rendition's segments under its own name for it", async () => {
  expect(storage.forCore.hasSegment("my-channel", CORE_ID, 7)).toBe(true);
  expect(storage.forCore.getStoredSegmentIds("my-channel", CORE_ID)).toEqual([7]);
  expect((await read(7))?.byteLength).toBe(100);
  expect(await read(8)).toBeUndefined();
});

test("what the core took from a peer goes into the store", async () => {
  await storage.forCore.storeSegment("my-channel", CORE_ID, 9, new ArrayBuffer(5));
  expect(store.has(RENDITION, 9)).toBe(true);
});

test("peers hear of a change once the core has named the rendition", () => {
  storage.announce(RENDITION);
  expect(announced).toEqual([]);
  storage.forCore.hasSegment("my-channel", CORE_ID, 7);
  storage.announce(RENDITION);
  expect(announced).toEqual([CORE_ID]);
});

test("a peer that asks while there is no room gets nothing, and hears of the segment when there is", async () => {
  await read(7);
  isRoom = false;
  expect(await read(7)).toBeUndefined();
  expect(announced).toEqual([]);
  storage.sent("main", "bob", 100);
  expect(announced).toEqual([CORE_ID]);
});

test("with nobody turned away, the end of an upload is no news", async () => {
  await read(7);
  storage.sent("main", "bob", 100);
  expect(announced).toEqual([]);
});

test("the viewer's own player is never turned away", async () => {
  isRoom = false;
  storage.forCore.onSegmentRequested("my-channel", CORE_ID, 7);
  expect((await read(7))?.byteLength).toBe(100);
});

test("a rendition that was never named is an error, not a silence", () => {
  expect(() => storage.forCore.hasSegment("my-channel", "v2-my-channel-main-YmFy", 7)).toThrow(/YmFy/);
});
