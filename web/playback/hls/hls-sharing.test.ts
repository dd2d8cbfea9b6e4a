import type Hls from "hls.js";
import { Events, type FragmentLoaderContext, type HlsConfig, type LoaderCallbacks } from "hls.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeHls, PlainLoader } from "../../../test/doubles/hls.ts";
import { FakeMedia } from "../../../test/doubles/media.ts";
import { StubbedCdn } from "../../../test/doubles/stream.ts";
import { answerWithTickets, ticketsFor } from "../../../test/doubles/tickets.ts";
import type { EngineOptions } from "../../engine/engine.ts";
import type { SharingMode } from "../session.ts";
import { StreamSharing } from "../shell/stream-sharing.ts";
import { StatsCounter } from "../stats.ts";
import type { Tickets } from "../tickets.ts";
import { HlsSharing } from "./hls-sharing.ts";

const { added, engines } = vi.hoisted(() => ({ added: [] as string[], engines: [] as EngineOptions[] }));
vi.mock("../../engine/engine.ts", () => ({
  Engine: class {
    constructor(options: EngineOptions) {
      engines.push(options);
    }
    addRendition(_kind: string, rendition: string): void {
      added.push(rendition);
    }
    updateSegments(): void {}
    playerAt(): void {}
    setPeerWindow(): void {}
    announce(): void {}
    moveTo(): void {}
    destroy(): void {}
  },
}));

const STREAM = "https://cdn.test/index.m3u8?token=7";
const LOW = "https://cdn.test/v0/index.m3u8";
const HIGH = "https://cdn.test/v1/index.m3u8";
const AUDIO = "https://cdn.test/a/index.m3u8";
const PLAYLIST = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${"#EXTINF:2.0,\nx.m4s\n".repeat(15)}`;

let cdn: StubbedCdn;
let stats: StatsCounter;
let sharing: HlsSharing;
let hls: FakeHls;
let media: FakeMedia;

beforeEach(() => {
  vi.useFakeTimers();
  added.length = 0;
  engines.length = 0;
  cdn = new StubbedCdn();
  media = new FakeMedia();
  stats = new StatsCounter();
  PlainLoader.asked = [];
});

afterEach(() => {
  hls.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function opens(mode: SharingMode = "on", trackers: string[] = [], tickets?: Tickets): void {
  sharing = new HlsSharing(FakeHls as unknown as typeof Hls, {
    channel: "a",
    sharesUnsigned: true,
    trackers,
    stunServers: [],
    mode,
    delaySeconds: null,
    stats,
    onCdn: () => {},
    ...(tickets && { tickets }),
  });
  hls = new FakeHls(sharing.config);
  hls.levels = [FakeHls.level(LOW, 800_000), FakeHls.level(HIGH, 2_500_000)];
  hls.audioTracks = [{ url: AUDIO, name: "English" }];
  hls.allAudioTracks = hls.audioTracks;
  hls.loadSource(STREAM);
  sharing.bind(hls as unknown as Hls);
}

/** A stream that plays, of which the newest of five segments is `last`. */
function plays(last = 4, mode?: SharingMode): void {
  opens(mode);
  hls.attachMedia(media);
  readsPlaylist(PLAYLIST);
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(last - 4, 5), level: 0 });
}

/** hls.js loads a playlist of this text. */
function readsPlaylist(text: string): void {
  const Loader = hls.config.pLoader;
  if (!Loader) throw new Error("no playlist loader");
  const load = vi.spyOn(PlainLoader.prototype, "load");
  new Loader(hls.config).load({ url: LOW } as never, {} as never, { onSuccess: () => {} } as never);
  const [, , callbacks] = load.mock.calls.at(-1) as unknown as [unknown, unknown, LoaderCallbacks<never>];
  load.mockRestore();
  callbacks.onSuccess({ url: LOW, data: text }, { loaded: text.length } as never, {} as never, null);
}

/** hls.js loads a fragment; returns what it got. */
function loads(frag: { sn: number | "initSegment"; type: string; level: number }, url: string) {
  const Loader = hls.config.fLoader;
  if (!Loader) throw new Error("no fragment loader");
  const got: unknown[] = [];
  const callbacks = {
    onSuccess: ({ data }: { data: unknown }) => got.push(data),
    onError: (error: unknown) => got.push(error),
  };
  const context = { frag, url } as unknown as FragmentLoaderContext;
  const loader = new Loader(hls.config);
  loader.load(context, {} as never, callbacks as unknown as LoaderCallbacks<FragmentLoaderContext>);
  return { got, loader };
}

const main = (sn: number | "initSegment") => ({ sn, type: "main", level: 0 });
const config = (): Partial<HlsConfig> => hls.config;

test("before the first playlist, hls.js gets a default delay", () => {
  opens();
  expect(config()).toMatchObject({
    liveSyncDuration: 6,
    maxLiveSyncPlaybackRate: 1.05,
    testBandwidth: false,
  });
});

test("a segment of a live playlist comes from here, and is counted once", async () => {
  plays();
  const { got } = loads(main(2), "https://cdn.test/v0/2.m4s");
  await vi.advanceTimersByTimeAsync(10);
  expect(got).toHaveLength(1);
  hls.emit(Events.FRAG_LOADED, { frag: { ...main(2), stats: { loaded: 1000 } } });
  expect(PlainLoader.asked).not.toContain("https://cdn.test/v0/2.m4s");
  const { segmentsFromCdn } = stats.read(0);
  expect(segmentsFromCdn).toBe(cdn.asked.length);
});

test("hls.js sees how the fetch of a segment stands that it asked for", async () => {
  plays();
  cdn.answer = () =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(300)) }));
  const askedAt = performance.now();
  const { loader } = loads(main(2), "https://cdn.test/v0/2.m4s");
  expect(loader.stats.loading.start).toBe(Number.POSITIVE_INFINITY);
  await vi.advanceTimersByTimeAsync(10);
  const { loading, loaded } = loader.stats;
  expect(loaded).toBe(300);
  expect(loading.start).toBeGreaterThanOrEqual(askedAt);
  expect(loading.first).toBeGreaterThanOrEqual(loading.start);
  expect(loading.first).toBeLessThanOrEqual(performance.now());
});

test("segments are requested with the query of the stream's address", async () => {
  plays();
  loads(main(2), "https://cdn.test/v0/2.m4s");
  await vi.advanceTimersByTimeAsync(10);
  expect(cdn.asked[0]).toBe("https://cdn.test/v0/0.m4s?token=7");
});

test("hls.js's own requests get it as well, if they go to the same origin", () => {
  opens();
  const open = vi.fn();
  config().xhrSetup?.({ open } as unknown as XMLHttpRequest, "https://cdn.test/v0/init.mp4", {} as never);
  config().xhrSetup?.({ open } as unknown as XMLHttpRequest, "https://elsewhere.test/init.mp4", {} as never);
  expect(open.mock.calls).toEqual([["GET", "https://cdn.test/v0/init.mp4?token=7", true]]);
});

test("before hls.js has a stream, requests stay as they are", () => {
  opens();
  hls.url = null;
  const open = vi.fn();
  config().xhrSetup?.({ open } as unknown as XMLHttpRequest, "https://cdn.test/v0/init.mp4", {} as never);
  expect(open).not.toHaveBeenCalled();
});

test("an init segment is left to hls.js, and counted as the CDN's", () => {
  plays();
  loads(main("initSegment"), "https://cdn.test/v0/init.mp4");
  expect(PlainLoader.asked).toContain("https://cdn.test/v0/init.mp4");
  const before = stats.read(0).bytesFromCdn;
  hls.emit(Events.FRAG_LOADED, { frag: { ...main("initSegment"), stats: { loaded: 700 } } });
  expect(stats.read(0)).toMatchObject({ bytesFromCdn: before + 700, segmentsFromCdn: 0 });
});

test("with sharing off, segments are left to hls.js and counted", () => {
  plays(4, "off");
  loads(main(2), "https://cdn.test/v0/2.m4s");
  expect(PlainLoader.asked).toContain("https://cdn.test/v0/2.m4s");
  hls.emit(Events.FRAG_LOADED, { frag: { ...main(2), stats: { loaded: 700 } } });
  expect(stats.read(0).segmentsFromCdn).toBe(1);
});

test("recordings and unknown renditions are left to hls.js", () => {
  opens();
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(0, 5, false), level: 0 });
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(0, 5), level: 9 });
  loads(main(2), "https://cdn.test/v0/2.m4s");
  loads({ sn: 2, type: "main", level: 9 }, "https://cdn.test/v9/2.m4s");
  expect(PlainLoader.asked).toEqual(["https://cdn.test/v0/2.m4s", "https://cdn.test/v9/2.m4s"]);
});

test("separate audio is a stream of its own", async () => {
  plays();
  hls.emit(Events.AUDIO_TRACK_UPDATED, { details: FakeHls.details(0, 5), id: 0 });
  const { got } = loads({ sn: 3, type: "audio", level: 0 }, "https://cdn.test/a/3.m4s");
  await vi.advanceTimersByTimeAsync(10);
  expect(got).toHaveLength(1);
});

test("a segment that left the playlist fails with status 410", async () => {
  plays();
  const { got } = loads(main(99), "https://cdn.test/v0/99.m4s");
  await vi.advanceTimersByTimeAsync(10);
  expect(got).toEqual([{ code: 410, text: "The segment left the playlist" }]);
});

test("delay and buffer follow from the playlist's shape", () => {
  plays();
  expect(config()).toMatchObject({ liveSyncDuration: 7, maxBufferLength: 6, maxMaxBufferLength: 6 });
});

test("until something has been played, the delay is whole segments, so that the start is a segment's", () => {
  media.played.length = 0;
  plays();
  expect(config().liveSyncDuration).toBe(8);
});

test("a new target delay is applied to hls.js at once", () => {
  plays();
  sharing.setTargetDelay(12);
  expect(config().liveSyncDuration).toBe(12);
  expect(hls.targetLatency).toBe(12);
});

test("target delay and mode can be set before there is an hls.js instance", () => {
  opens();
  const early = new HlsSharing(FakeHls as unknown as typeof Hls, {
    channel: "a",
    sharesUnsigned: true,
    trackers: [],
    stunServers: [],
    mode: "on",
    delaySeconds: null,
    stats,
    onCdn: () => {},
  });
  early.setTargetDelay(12);
  expect(early.mode).toBe("on");
  early.setMode("off");
  expect(early.mode).toBe("off");
});

test("hls.js doesn't jump to live while the viewer is behind on purpose", () => {
  plays();
  expect(config().liveMaxLatencyDuration).toBeLessThan(100);
  media.emit("pause");
  expect(config().liveMaxLatencyDuration).toBe(Number.POSITIVE_INFINITY);
});

test("a rewind is noticed before hls.js reads the next playlist", () => {
  plays();
  media.currentTime = 50;
  media.emit("timeupdate");
  media.currentTime = 20;
  readsPlaylist(PLAYLIST);
  expect(config().liveMaxLatencyDuration).toBe(Number.POSITIVE_INFINITY);
});

test("playback nearer to live than the target delay is slowed, and hls.js leaves the rate alone", () => {
  plays();
  hls.latency = 2;
  media.emit("timeupdate");
  expect(media.playbackRate).toBe(0.9);
  expect(config().maxLiveSyncPlaybackRate).toBe(1);
  hls.latency = 7;
  media.emit("timeupdate");
  expect(media.playbackRate).toBe(1);
  expect(config().maxLiveSyncPlaybackRate).toBe(1.05);
});

test("an unknown delay or a time shift slows nothing", () => {
  plays();
  media.emit("timeupdate");
  expect(media.playbackRate).toBe(1);
  media.emit("pause");
  hls.latency = 2;
  media.emit("timeupdate");
  expect(media.playbackRate).toBe(1);
});

test("a stalled playhead behind the window moves to the live position", () => {
  plays();
  hls.liveSyncPosition = 23;
  media.currentTime = 4;
  media.readyState = 2;
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(10, 5), level: 0 });
  expect(media.currentTime).toBe(23);
});

test("without a media element nothing is moved", () => {
  opens();
  hls.liveSyncPosition = 23;
  expect(() => hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(10, 5), level: 0 })).not.toThrow();
});

test("a playhead in the window stays, and so does one while the live position is unknown", () => {
  plays();
  media.currentTime = 4;
  media.readyState = 2;
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(10, 5), level: 0 });
  expect(media.currentTime).toBe(4);
  hls.liveSyncPosition = 23;
  media.currentTime = 21;
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(10, 5), level: 0 });
  expect(media.currentTime).toBe(21);
});

test("a detached element is no longer watched", () => {
  plays();
  hls.detachMedia();
  hls.latency = 2;
  media.emit("timeupdate", "pause");
  expect(media.playbackRate).toBe(1);
  expect(config().liveMaxLatencyDuration).toBeLessThan(100);
});

test("a time shift outlasts detaching and reattaching the element", () => {
  plays();
  media.emit("pause");
  hls.detachMedia();
  hls.attachMedia(media);
  hls.latency = 2;
  media.emit("timeupdate");
  expect(media.playbackRate).toBe(1);
});

test("after hls.js is destroyed, segments and config are left alone", () => {
  plays();
  hls.destroy();
  loads(main(2), "https://cdn.test/v0/2.m4s");
  expect(PlainLoader.asked).toContain("https://cdn.test/v0/2.m4s");
  sharing.setTargetDelay(12);
  expect(config().liveSyncDuration).toBe(7);
});

test("a quality switch is counted", () => {
  plays();
  hls.emit(Events.LEVEL_SWITCHED, { level: 1 });
  expect(stats.read(0).qualityIndex).toBe(1);
});

test("the engine starts after the first buffered segment, and is given all renditions", async () => {
  vi.stubGlobal("RTCPeerConnection", class {});
  opens("on", ["wss://tracker.test"]);
  hls.attachMedia(media);
  hls.emit(Events.FRAG_BUFFERED);
  media.emit("playing");
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(0);
  expect(added).toEqual([LOW, HIGH, AUDIO]);
});

test("hls.js loads a playlist again when a peer has a segment that it doesn't list", async () => {
  vi.stubGlobal("RTCPeerConnection", class {});
  opens("on", ["wss://tracker.test"]);
  hls.attachMedia(media);
  hls.emit(Events.LEVEL_LOADING, { level: 0, deliveryDirectives: null });
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(0, 5), level: 0 });
  hls.emit(Events.FRAG_BUFFERED);
  media.emit("playing");
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(0);
  const peer = { stream: "main", peerId: "-SH01sm-bob000000000" } as const;
  engines[0]?.onEvent({ type: "peer-connected", ...peer });
  expect(hls.calls).not.toContain(`trigger ${Events.LEVEL_LOADING}`);
  engines[0]?.onEvent({ type: "peer-announced", ...peer, held: [5], fetching: [], mayFetch: true });
  expect(hls.calls).toContain(`trigger ${Events.LEVEL_LOADING}`);
});

test("an engine isn't started once hls.js was destroyed", async () => {
  vi.stubGlobal("RTCPeerConnection", class {});
  opens("on", ["wss://tracker.test"]);
  hls.emit(Events.FRAG_BUFFERED);
  hls.destroy();
  await vi.advanceTimersByTimeAsync(2000);
  await vi.dynamicImportSettled();
  expect(added).toEqual([]);
});

/** What hls.js is given when it asks for the level to play next, and would itself play the highest. */
function nextLevel(): number {
  const Controller = config().abrController;
  if (!Controller) throw new Error("no ABR controller");
  const controller = new Controller(hls as unknown as Hls);
  controller.nextAutoLevel = 1;
  return controller.nextAutoLevel;
}

test("among peers a step up waits until the throughput is known; alone, and with sharing off, hls.js decides", () => {
  const peers = vi.spyOn(StreamSharing.prototype, "peerCount", "get").mockReturnValue(1);
  plays();
  hls.loadLevel = 0;
  hls.mainForwardBufferInfo = { len: 4 };
  hls.latestLevelDetails = { targetduration: 2 };
  expect(nextLevel()).toBe(0);
  hls.mainForwardBufferInfo = null;
  hls.latestLevelDetails = null;
  expect(nextLevel()).toBe(0);
  sharing.setMode("off");
  expect(nextLevel()).toBe(1);
  sharing.setMode("on");
  expect(nextLevel()).toBe(0);
  peers.mockRestore();
  expect(nextLevel()).toBe(1);
});

test.each([
  [{ type: "mediaError", details: "bufferStalledError", fatal: true }, 1],
  [{ type: "mediaError", details: "fragParsingError", fatal: false }, 1],
  [{ type: "mediaError", details: "bufferAppendError", fatal: false }, 1],
  [{ type: "mediaError", details: "bufferStalledError", fatal: false }, 0],
  [{ type: "networkError", details: "fragLoadError", fatal: true }, 0],
])("%o tells of broken media: %i", (error, times) => {
  const broke = vi.spyOn(StreamSharing.prototype, "mediaBroke");
  opens();
  hls.emit(Events.ERROR, error);
  expect(broke).toHaveBeenCalledTimes(times);
  broke.mockRestore();
});

test("with a ticket, hls.js requests by it, and waits for the next if it has expired", async () => {
  const tickets = await ticketsFor("https://cdn.test");
  opens("on", [], tickets);
  const opened: string[] = [];
  const open = (_method: string, address: string) => opened.push(address);
  const request = () =>
    hls.config.xhrSetup?.({ open } as unknown as XMLHttpRequest, "https://cdn.test/v0/init.mp4", {} as never);
  await request();
  await vi.advanceTimersByTimeAsync(3600_000);
  answerWithTickets({ ticket: "the-next" });
  await request();
  expect(opened).toEqual([
    "https://cdn.test/t/a-ticket/v0/init.mp4?token=7",
    "https://cdn.test/t/the-next/v0/init.mp4?token=7",
  ]);
});

test("what the edge refuses for its ticket is asked for with another", async () => {
  const tickets = await ticketsFor("https://cdn.test");
  const refused = vi.spyOn(tickets, "refused");
  opens("on", [], tickets);
  for (const code of [404, 401]) hls.emit(Events.ERROR, { type: "networkError", response: { code } });
  expect(refused).toHaveBeenCalledOnce();
});

test("hls.js sees a playlist's address without the ticket, so that no segment's has one", () => {
  opens();
  const Loader = hls.config.pLoader;
  if (!Loader) throw new Error("no playlist loader");
  const load = vi.spyOn(PlainLoader.prototype, "load");
  const seen: string[] = [];
  const onSuccess = ({ url }: { url: string }) => seen.push(url);
  new Loader(hls.config).load({ url: LOW } as never, {} as never, { onSuccess } as never);
  const [, , callbacks] = load.mock.calls.at(-1) as unknown as [unknown, unknown, LoaderCallbacks<never>];
  load.mockRestore();
  const url = "https://cdn.test/t/a-ticket/v0/index.m3u8";
  callbacks.onSuccess({ url, data: PLAYLIST }, { loaded: 1 } as never, {} as never, null);
  expect(seen).toEqual([LOW]);
});
