import { type ErrorData, ErrorDetails, ErrorTypes, Events } from "hls.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeHls } from "../../test/doubles/hls.ts";
import { FakeFrameMedia } from "../../test/doubles/media.ts";
import { StubbedCdn } from "../../test/doubles/stream.ts";
import { answerWithTickets, ticketsFor } from "../../test/doubles/tickets.ts";
import { EarlyPlaylists } from "./early-playlists.ts";
import { createLiveSession } from "./live-session.ts";
import type { LiveSession, LiveSessionEvents, LiveSessionOptions } from "./session.ts";

vi.mock("hls.js", async (importOriginal) => {
  const doubles = await import("../../test/doubles/hls.ts");
  return { ...(await importOriginal<object>()), default: doubles.FakeHls };
});

const STREAM = "https://cdn.test/index.m3u8";
const LOW = "https://cdn.test/v0/index.m3u8";

let cdn: StubbedCdn;
let media: FakeFrameMedia;
let session: LiveSession;
let told: [string, unknown][];
let online: EventTarget;

beforeEach(() => {
  vi.useFakeTimers();
  cdn = new StubbedCdn();
  media = new FakeFrameMedia();
  told = [];
  online = new EventTarget();
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("addEventListener", online.addEventListener.bind(online));
  vi.stubGlobal("removeEventListener", online.removeEventListener.bind(online));
  FakeHls.isSupported = () => true;
});

afterEach(() => {
  session.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const EVENTS: readonly (keyof LiveSessionEvents)[] = [
  "error",
  "qualities",
  "quality",
  "live",
  "mode",
  "firstFrame",
  "segment",
  "destroyed",
];

function opens(options: Partial<LiveSessionOptions> = {}): FakeHls {
  session = createLiveSession({
    video: media.element,
    hls: STREAM,
    channel: "a",
    trackers: [],
    stunServers: [],
    mode: "on",
    ...options,
  });
  for (const event of EVENTS) session.on(event, (value) => told.push([event, value]));
  return FakeHls.last;
}

const reported = (event: keyof LiveSessionEvents) =>
  told.filter(([name]) => name === event).map(([, value]) => value);

function failsWith(type: ErrorTypes, details: ErrorDetails, more: Partial<ErrorData> = {}): void {
  const error = { type, details, fatal: true, error: new Error("said below"), ...more };
  FakeHls.last.emit(Events.ERROR, error);
}

/** A live stream of two qualities that has been read and plays seven seconds behind live. */
function plays(): FakeHls {
  const hls = opens();
  hls.levels = [FakeHls.level(LOW, 800_000), FakeHls.level("https://cdn.test/v1/index.m3u8", 2_500_000)];
  hls.emit(Events.MANIFEST_PARSED);
  hls.emit(Events.LEVEL_UPDATED, { details: FakeHls.details(0, 5), level: 0 });
  hls.latestLevelDetails = FakeHls.details(0, 5);
  Object.assign(hls, { latency: 7, targetLatency: 7, liveSyncPosition: 20 });
  return hls;
}

test("an observer is told what the scheduler is told and decides", () => {
  opens();
  const handled: string[] = [];
  session.observe(({ event, engine }) => handled.push(`${event.type} ${engine}`));
  session.setMode("leech");
  expect(handled).toContain("settings null");
});

test("hls.js gets the stream and the element, and retries playlists every second", () => {
  const hls = opens();
  expect(hls.calls).toEqual([`load ${STREAM}`]);
  expect(hls.media).toBe(media);
  const { errorRetry } = hls.config.playlistLoadPolicy.default;
  expect(errorRetry).toMatchObject({ maxRetryDelayMs: 1000 });
});

test("playlists that are on their way already are taken by a loader of their own", () => {
  const before = opens().config.loader;
  session.destroy();
  const { loader } = opens({ playlists: new EarlyPlaylists(STREAM) }).config;
  expect(loader).not.toBe(before);
  expect(loader).toBeTypeOf("function");
});

test("the first frame is reported with its time", () => {
  opens();
  vi.advanceTimersByTime(600);
  media.showFrame();
  expect(reported("firstFrame")).toEqual([{ seconds: 0.6 }]);
  expect(session.stats.firstFrameSeconds).toBe(0.6);
});

test("qualities are reported once the playlist is read, and chosen by index or automatically", () => {
  const hls = plays();
  expect(session.qualities.map(({ bitsPerSecond }) => bitsPerSecond)).toEqual([800_000, 2_500_000]);
  expect(reported("qualities")).toEqual([session.qualities]);
  expect(session.chosenQuality).toBe("auto");
  session.chooseQuality(1);
  expect(hls.nextLevel).toBe(1);
  Object.assign(hls, { autoLevelEnabled: false, loadLevel: 1 });
  expect(session.chosenQuality).toBe(1);
  session.chooseQuality("auto");
  expect(hls.nextLevel).toBe(-1);
});

test("a switch to a known quality is reported", () => {
  const hls = plays();
  hls.emit(Events.LEVEL_SWITCHED, { level: 1 });
  hls.emit(Events.LEVEL_SWITCHED, { level: 7 });
  expect(reported("quality")).toEqual([session.qualities[1]]);
});

test("a change of mode is reported once", () => {
  opens();
  session.setMode("leech");
  session.setMode("leech");
  expect(session.mode).toBe("leech");
  expect(reported("mode")).toEqual(["leech"]);
});

test("the target delay is hls.js's, and can be set", () => {
  const hls = plays();
  expect(session.targetDelaySeconds).toBe(7);
  session.setTargetDelay(6);
  expect(hls.targetLatency).toBe(6);
});

test("falling behind live and returning are reported once each", () => {
  const hls = plays();
  hls.latency = 12;
  vi.advanceTimersByTime(3000);
  expect(session.isLive).toBe(false);
  hls.latency = 8;
  vi.advanceTimersByTime(3000);
  expect(reported("live")).toEqual([false, true]);
});

test("stats are reported every second, until the listener stops", () => {
  const hls = plays();
  const read: (number | null)[] = [];
  const stop = session.watchStats(({ delaySeconds }) => read.push(delaySeconds));
  vi.advanceTimersByTime(1000);
  hls.latency = 0;
  vi.advanceTimersByTime(1000);
  stop();
  vi.advanceTimersByTime(1000);
  expect(read).toEqual([7, null]);
});

test("a rewind goes back from the live position, and a jump returns to it and plays", async () => {
  plays();
  session.seekBehindLive(5);
  expect(media.currentTime).toBe(15);
  session.jumpToLive();
  expect(media.currentTime).toBe(20);
  expect(media.plays).toBe(1);
  expect(session.seekable).toEqual({ startSeconds: 0, liveSeconds: 20 });
});

test("before the first playlist there is nothing to seek to", () => {
  opens();
  media.currentTime = 3;
  session.seekBehindLive(5);
  session.jumpToLive();
  expect(media.currentTime).toBe(3);
  expect(session.seekable).toBeNull();
});

test("a received segment is reported with its source", async () => {
  plays();
  await vi.advanceTimersByTimeAsync(100);
  expect(reported("segment")).toContainEqual({ rendition: LOW, sequence: 0, source: "cdn" });
});

test("failed segments are reported from the second in a row, until one succeeds", async () => {
  cdn.answer = () => new Response("", { status: 503 });
  const hls = plays();
  await vi.advanceTimersByTimeAsync(0);
  expect(reported("error")[0]).toEqual({
    kind: "cdn-failing",
    retryInSeconds: null,
    detail: "The CDN answered 503 for https://cdn.test/v0/1.m4s",
  });
  cdn.answer = () => new Response(new Uint8Array(1000));
  await vi.advanceTimersByTimeAsync(3000);
  hls.emit(Events.FRAG_BUFFERED);
  expect(session.error).toBeNull();
  expect(reported("error").at(-1)).toBeNull();
});

test("segments that fail without a network are reported as offline", async () => {
  vi.stubGlobal("navigator", { onLine: false });
  cdn.answer = () => Promise.reject(new TypeError("Failed to fetch"));
  plays();
  await vi.advanceTimersByTimeAsync(0);
  expect(reported("error")[0]).toMatchObject({ kind: "offline" });
});

test("an error that hls.js handles by itself isn't reported", () => {
  opens();
  failsWith(ErrorTypes.NETWORK_ERROR, ErrorDetails.FRAG_LOAD_ERROR, { fatal: false });
  expect(told).toEqual([]);
});

test("a stream that hasn't started is loaded again", () => {
  const hls = opens();
  failsWith(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_LOAD_ERROR, {
    response: { url: "", data: "", code: 404 },
  });
  expect(reported("error")).toMatchObject([{ kind: "not-started" }]);
  vi.advanceTimersByTime(1000);
  expect(hls.calls).toEqual([`load ${STREAM}`, `load ${STREAM}`]);
});

test("a stream that was playing resumes loading, at once when the network is back", () => {
  const hls = plays();
  failsWith(ErrorTypes.NETWORK_ERROR, ErrorDetails.LEVEL_LOAD_ERROR);
  online.dispatchEvent(new Event("online"));
  expect(hls.calls).toEqual([`load ${STREAM}`, "start"]);
});

test("video that can't be decoded restarts the decoder, and plays on", () => {
  const hls = plays();
  failsWith(ErrorTypes.MEDIA_ERROR, ErrorDetails.BUFFER_APPEND_ERROR);
  vi.advanceTimersByTime(1000);
  expect(hls.calls.at(-1)).toBe("recover");
  expect(media.plays).toBe(1);
});

test("video that an error has paused plays on when the decoder restarts", () => {
  plays();
  media.error = new Error("PIPELINE_ERROR_DECODE");
  media.emit("pause");
  failsWith(ErrorTypes.MEDIA_ERROR, ErrorDetails.BUFFER_APPEND_ERROR);
  vi.advanceTimersByTime(1000);
  expect(media.plays).toBe(1);
});

test("video that the viewer has paused stays paused when the decoder restarts", () => {
  plays();
  media.emit("play", "pause");
  failsWith(ErrorTypes.MEDIA_ERROR, ErrorDetails.BUFFER_APPEND_ERROR);
  vi.advanceTimersByTime(1000);
  expect(media.plays).toBe(0);
});

test("unsupported codecs are reported, and not retried", () => {
  const hls = opens();
  failsWith(ErrorTypes.MEDIA_ERROR, ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR);
  expect(reported("error")).toMatchObject([{ kind: "unsupported", retryInSeconds: null }]);
  vi.advanceTimersByTime(60_000);
  expect(hls.calls).toHaveLength(1);
});

test("being offline is reported once the buffer runs out", () => {
  opens();
  vi.stubGlobal("navigator", { onLine: false });
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
  media.ranges = [];
  vi.advanceTimersByTime(2000);
  expect(reported("error")).toMatchObject([{ kind: "offline" }]);
});

test("without Media Source Extensions the browser plays HLS by itself, without sharing", () => {
  FakeHls.isSupported = () => false;
  media.playsHls = "maybe";
  opens();
  expect(media.src).toBe(STREAM);
  expect(session.isLive).toBe(true);
  expect(session.chosenQuality).toBe("auto");
  expect(session.seekable).toBeNull();
  session.chooseQuality(1);
  session.jumpToLive();
  expect(media.plays).toBe(1);
  vi.advanceTimersByTime(1000);
  session.destroy();
  expect(media.src).toBe("");
  expect(media.loads).toBe(1);
});

test("a browser that can't play at all is reported once the page listens", async () => {
  FakeHls.isSupported = () => false;
  opens();
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(reported("error")).toMatchObject([{ kind: "unsupported" }]);
});

test("after destroy() nothing is reported, and no timer is left", () => {
  const hls = plays();
  session.destroy();
  expect(reported("destroyed")).toEqual([null]);
  expect(hls.calls.at(-1)).toBe("destroy");
  const before = told.length;
  media.showFrame();
  online.dispatchEvent(new Event("online"));
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(before);
  expect(vi.getTimerCount()).toBe(0);
});

test("a refused ticket is reported, and the retry goes by another", async () => {
  const tickets = await ticketsFor(STREAM);
  const hls = opens({ tickets });
  failsWith(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_LOAD_ERROR, {
    response: { url: STREAM, data: "", code: 401 },
  });
  expect(reported("error")).toMatchObject([{ kind: "ticket-refused" }]);
  vi.advanceTimersByTime(2000);
  expect(hls.calls).toEqual([`load ${STREAM}`, `load ${STREAM}`]);
});

test("who may not watch any more is told why, and what was tried is tried again once it may", async () => {
  const tickets = await ticketsFor(STREAM);
  const refusal = vi.spyOn(tickets, "refusal", "get").mockReturnValue("link-over");
  let change = () => {};
  vi.spyOn(tickets, "onChange").mockImplementation((listener) => {
    change = listener;
    return () => {};
  });
  const hls = opens({ tickets });
  change();
  expect(session.error).toMatchObject({ kind: "ticket-refused", reason: "link-over" });
  expect(reported("error")).toMatchObject([{ reason: "link-over" }]);
  failsWith(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_LOAD_ERROR, {
    response: { url: STREAM, data: "", code: 401 },
  });
  refusal.mockReturnValue(null);
  change();
  expect(session.error).not.toHaveProperty("reason");
  expect(hls.calls).toEqual([`load ${STREAM}`, `load ${STREAM}`]);
});

test("the browser's own player gets a ticket that lasts", async () => {
  FakeHls.isSupported = () => false;
  media.playsHls = "maybe";
  const tickets = await ticketsFor(STREAM);
  answerWithTickets({ ticket: "a-long-one" });
  opens({ tickets });
  await vi.advanceTimersByTimeAsync(0);
  expect(media.src).toBe("https://cdn.test/t/a-long-one/index.m3u8");
});

test("where the browser's own player gets none, that is reported; after destroy() nothing is set", async () => {
  FakeHls.isSupported = () => false;
  media.playsHls = "maybe";
  const tickets = await ticketsFor(STREAM);
  vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
  opens({ tickets });
  await vi.advanceTimersByTimeAsync(0);
  expect(reported("error")).toMatchObject([{ kind: "ticket-refused" }]);
  session.destroy();
  answerWithTickets();
  opens({ tickets });
  session.destroy();
  await vi.advanceTimersByTimeAsync(0);
  expect(media.src).toBe("");
});
