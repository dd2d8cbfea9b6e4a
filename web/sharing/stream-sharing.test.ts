import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EngineOptions } from "./engine.ts";
import { FiguresCounter } from "./figures.ts";
import { peerIdOf, viewerNameFrom } from "./peer-id.ts";
import type { SharingMode } from "./session.ts";
import { StreamSharing } from "./stream-sharing.ts";
import { RENDITION, StubbedCdn, segmentsFrom } from "./test-stream.ts";

/** Stands in for p2p-media-loader: what the members of a swarm would tell is told by the tests. */
const engines = vi.hoisted(() => [] as { options: EngineOptions; isDestroyed: boolean; listed: string[] }[]);
vi.mock("./engine.ts", () => ({
  Engine: class {
    options: EngineOptions;
    isDestroyed = false;
    listed: string[] = [];
    uplinkBitsPerSecond = null;
    constructor(options: EngineOptions) {
      this.options = options;
      engines.push(this);
    }
    addRendition(): void {}
    updateSegments(rendition: string): void {
      this.listed.push(rendition);
    }
    playerAt(): void {}
    setPeerWindow(): void {}
    moveTo(): void {}
    destroy(): void {
      this.isDestroyed = true;
      for (const peerId of bobs) this.options.on.peerClosed(peerId, "main");
    }
  },
}));

class Media extends EventTarget {
  currentTime = 0;
  playbackRate = 1;
  buffered = { length: 1, start: () => 0, end: () => 10 };
}

const bobs = Array.from({ length: 3 }, (_, seat) =>
  peerIdOf(viewerNameFrom(new Uint8Array(12).fill(seat)), "main", true),
);
const segments = (count: number) => segmentsFrom(0, count);
const playlist = (count: number) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${"#EXTINF:2.0,\nx.m4s\n".repeat(count)}`;

let cdn: StubbedCdn;
let media: Media;
let sharing: StreamSharing;

beforeEach(() => {
  vi.useFakeTimers();
  engines.length = 0;
  cdn = new StubbedCdn();
  media = new Media();
  vi.stubGlobal("RTCPeerConnection", class {});
  vi.stubGlobal("HTMLVideoElement", class {});
});

afterEach(() => {
  sharing.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function opens(mode: SharingMode, trackers = ["wss://tracker.test"]): void {
  const figures = new FiguresCounter();
  sharing = new StreamSharing(
    { channel: "a", trackers, stunServers: [], mode, delaySeconds: null, figures, onCdn: () => {} },
    {
      media: () => media as unknown as HTMLMediaElement,
      renditions: () => [],
      play: () => {},
      requestAddress: (address) => address,
    },
  );
}

async function plays(): Promise<void> {
  sharing.start();
  media.dispatchEvent(new Event("playing"));
  // The engine is imported.
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(0);
}

test("a viewer who shares nothing is brought nothing, and meets nobody", async () => {
  opens("off");
  sharing.update("main", RENDITION, segments(3));
  await plays();
  expect(sharing.brings(RENDITION)).toBe(false);
  expect(cdn.asked).toEqual([]);
  expect(engines).toEqual([]);
});

test("without a tracker nobody is looked for", async () => {
  opens("on", []);
  await plays();
  expect(engines).toEqual([]);
});

test("the engine starts when the picture shows, once, and learns what is in the playlists", async () => {
  opens("on");
  sharing.update("main", RENDITION, segments(3));
  sharing.start();
  expect(engines).toEqual([]);
  await plays();
  await plays();
  expect(engines.map(({ listed }) => listed)).toEqual([[RENDITION]]);
});

test("another mode is another membership, under a peer id that says so", async () => {
  opens("on");
  await plays();
  sharing.setMode("leech");
  await plays();
  expect(engines.map(({ isDestroyed, options }) => [isDestroyed, options.shares])).toEqual([
    [true, true],
    [false, false],
  ]);
});

test("a viewer who changes the mode before the engine is there starts it once", async () => {
  opens("on");
  sharing.start();
  sharing.setMode("leech");
  await plays();
  expect(engines.map(({ options }) => options.shares)).toEqual([false]);
});

test("a viewer who leaves fetches nothing more, though connections close", async () => {
  opens("on");
  sharing.readPlaylist(playlist(15), 100);
  sharing.update("main", RENDITION, []);
  await plays();
  for (const peerId of bobs) engines[0]?.options.on.peerConnected(peerId, "main");
  await vi.advanceTimersByTimeAsync(6000);
  sharing.update("main", RENDITION, segments(5));
  await vi.advanceTimersByTimeAsync(100);
  const before = cdn.asked.length;
  expect(before).toBeLessThan(5);
  sharing.destroy();
  await vi.advanceTimersByTimeAsync(1000);
  expect(cdn.asked.slice(before)).toEqual([]);
});

test.each([
  { manifest: "HLS", tellsShape: () => sharing.readPlaylist(playlist(15), 100) },
  { manifest: "DASH, whose segments alone tell the stream's shape,", tellsShape: () => {} },
])("a player of $manifest stands for election", async ({ tellsShape }) => {
  opens("on");
  tellsShape();
  sharing.update("main", RENDITION, segments(1));
  await plays();
  for (const peerId of bobs) engines[0]?.options.on.peerConnected(peerId, "main");
  await vi.advanceTimersByTimeAsync(6000);
  // Among four, each is the fetcher of one segment in four: of two hundred, some.
  let early = 0;
  for (let count = 2; count < 200; count += 1) {
    media.currentTime = count * 2 - 8;
    media.buffered.end = () => count * 2;
    sharing.update("main", RENDITION, segments(count));
    await vi.advanceTimersByTimeAsync(2000);
    if (cdn.asked.includes(`https://cdn.test/v0/${count - 1}.m4s`)) early += 1;
  }
  expect(early).toBeGreaterThan(10);
});
