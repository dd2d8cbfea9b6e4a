import { beforeEach, expect, test } from "vitest";
import { SegmentStore } from "../sharing/segment-store.ts";
import { NO_FETCHER } from "./announcement.ts";
import { EngineStorage } from "./engine-storage.ts";

const RENDITION = "https://cdn.test/v0/index.m3u8";
const IDLE = { fetching: [], mayFetch: true };
const IDLE_UPLINK = { active: 0, backlogBytes: 0, leavesRoom: true, spareBitsPerSecond: null };
const CORE_ID = "v2-my-channel-main-Zm9v";

let store: SegmentStore;
let isRoom: boolean;
let isWanted: boolean;
let expected: number[];
let announced: string[];
let events: unknown[];
let storage: EngineStorage;

beforeEach(() => {
  store = new SegmentStore();
  isRoom = true;
  isWanted = true;
  expected = [];
  announced = [];
  events = [];
  storage = new EngineStorage({
    store,
    isSigned: false,
    wants: () => isWanted,
    uplink: { load: IDLE_UPLINK, expect: (bytes) => expected.push(bytes) },
    ownState: () => ({ isPaused: !isRoom, bufferSeconds: 8, segmentSeconds: 2 }),
    onEvent: (event) => events.push(event),
  });
  storage.name("main", "Zm9v", RENDITION);
  storage.forCore.setSegmentChangeCallback((coreId) => announced.push(coreId));
  store.put(RENDITION, 7, { data: new ArrayBuffer(100), source: "cdn", trailer: new ArrayBuffer(0) });
});

const read = (sequence: number) => storage.forCore.getSegmentData("my-channel", CORE_ID, sequence);

test("the core finds segments by its own id of their rendition", async () => {
  expect(storage.forCore.hasSegment("my-channel", CORE_ID, 7)).toBe(true);
  expect(storage.forCore.getStoredSegmentIds("my-channel", CORE_ID)).toEqual([7]);
  expect((await read(7))?.byteLength).toBe(100);
  expect(await read(8)).toBeUndefined();
});

test("what isn't wanted from peers counts as held, except when the player reads it", () => {
  const holds = (sequence: number) => storage.forCore.hasSegment("my-channel", CORE_ID, sequence);
  expect(holds(8)).toBe(false);
  isWanted = false;
  expect([holds(7), holds(8)]).toEqual([true, true]);
  storage.forCore.onSegmentRequested("my-channel", CORE_ID, 8);
  expect(holds(8)).toBe(false);
});

test("what is being fetched is kept for peers that connect later, of each rendition", () => {
  const fetching = () => storage.forCore.getFetchingSegmentIds("my-channel", CORE_ID);
  expect(fetching()).toEqual([]);
  storage.announce(RENDITION, { fetching: [9], mayFetch: false });
  storage.announce("https://cdn.test/v1/index.m3u8", { fetching: [1], mayFetch: true });
  expect(fetching()).toEqual([9, NO_FETCHER]);
});

test("who serves nobody announces nothing, and tells of it once", () => {
  const told = () => [
    storage.forCore.getStoredSegmentIds("my-channel", CORE_ID),
    storage.forCore.getFetchingSegmentIds("my-channel", CORE_ID),
  ];
  expect(told()).toEqual([[7], []]);
  isRoom = false;
  storage.announce(RENDITION, { fetching: [9], mayFetch: false });
  expect(told()).toEqual([[], [NO_FETCHER]]);
  storage.announce(RENDITION, { fetching: [10], mayFetch: false });
  expect(announced).toEqual([CORE_ID]);
});

test("a segment from a peer is reported synchronously", () => {
  const data = new ArrayBuffer(5);
  void storage.forCore.storeSegment("my-channel", CORE_ID, 9, data);
  const trailer = new ArrayBuffer(0);
  expect(events).toEqual([{ type: "transfer-done", rendition: RENDITION, sequence: 9, data, trailer }]);
});

test("a change is announced once the core has used its id of the rendition", () => {
  storage.announce(RENDITION, IDLE);
  expect(announced).toEqual([]);
  storage.forCore.hasSegment("my-channel", CORE_ID, 7);
  storage.announce(RENDITION, IDLE);
  expect(announced).toEqual([CORE_ID]);
});

test("a refused peer gets nothing, and the segment is announced again once there is room", async () => {
  await read(7);
  isRoom = false;
  expect(await read(7)).toBeUndefined();
  expect(expected).toEqual([100]);
  expect(announced).toEqual([]);
  storage.announceRefused();
  expect(announced).toEqual([CORE_ID]);
});

test("without refused peers the end of an upload announces nothing", async () => {
  await read(7);
  storage.announceRefused();
  expect(announced).toEqual([]);
});

test("the viewer's own player is never refused", async () => {
  isRoom = false;
  storage.forCore.onSegmentRequested("my-channel", CORE_ID, 7);
  expect((await read(7))?.byteLength).toBe(100);
});

test("a change before the core has set its callback is no error", () => {
  const fresh = new EngineStorage({
    store,
    isSigned: false,
    wants: () => true,
    uplink: { load: IDLE_UPLINK, expect: () => {} },
    ownState: () => ({ isPaused: false, bufferSeconds: 8, segmentSeconds: 2 }),
    onEvent: () => {},
  });
  fresh.name("main", "Zm9v", RENDITION);
  fresh.forCore.hasSegment("my-channel", CORE_ID, 7);
  expect(() => fresh.announce(RENDITION, IDLE)).not.toThrow();
});

test("an unknown rendition is an error", () => {
  expect(() => storage.forCore.hasSegment("my-channel", "v2-my-channel", 7)).toThrow(/v2-my-channel/);
  expect(() => storage.forCore.hasSegment("my-channel", "v2-my-channel-main-YmFy", 7)).toThrow(/YmFy/);
});
