import Hls, {
  Events,
  type FragmentLoaderContext,
  type HlsConfig,
  type LoaderCallbacks,
  type LoaderConfiguration,
  type PlaylistLoaderContext,
} from "hls.js";
import { beforeEach, expect, test, vi } from "vitest";
import type { FetchProgress } from "../../sharing/scheduler-events.ts";
import { fragmentLoaderOver, playlistLoaderOver, type SegmentSupply } from "./loaders.ts";

const context = { url: "https://cdn.test/7.m4s" } as FragmentLoaderContext;
const configuration = {} as LoaderConfiguration;

function listening(): LoaderCallbacks<FragmentLoaderContext> {
  return { onSuccess: vi.fn(), onError: vi.fn(), onTimeout: vi.fn(), onAbort: vi.fn(), onProgress: vi.fn() };
}

/** A supply that keeps its requests, to be answered later. */
function supply(brings = true) {
  const asked: Parameters<SegmentSupply["request"]>[1][] = [];
  const cancel = vi.fn();
  return {
    asked,
    cancel,
    supply: {
      brings: () => brings,
      request: (_context, answer) => {
        asked.push(answer);
        return cancel;
      },
    } satisfies SegmentSupply,
  };
}

/** Stands in for hls.js's own loader; `plain` is the latest instance. */
let plain: PlainLoader;
class PlainLoader {
  load = vi.fn();
  abort = vi.fn();
  destroy = vi.fn();
  getCacheAge = vi.fn(() => 2);
  getResponseHeader = vi.fn((name: string) => `the ${name}`);
  stats = { loaded: 0 };
  constructor() {
    plain = this;
  }
}
const config = { loader: PlainLoader } as unknown as HlsConfig;

beforeEach(() => {
  plain = new PlainLoader();
});

test("a segment from Shoal is delivered with timing that shows its throughput", () => {
  const { asked, supply: shoal } = supply();
  const callbacks = listening();
  const loader = new (fragmentLoaderOver(shoal))(config);
  loader.load(context, configuration, callbacks);
  asked[0]?.deliver({ data: new ArrayBuffer(1000), source: "peers", bitsPerSecond: 80_000 });
  expect(callbacks.onSuccess).toHaveBeenCalledOnce();
  const { loading, loaded } = loader.stats;
  expect(loaded).toBe(1000);
  expect(loading.end - loading.start).toBeCloseTo(100);
});

/** hls.js's own adaptation, three seconds after it asked for a segment of 2 s and 2.5 Mbit/s, half a second before need. */
function givesUpAfterThreeSeconds(progress: (now: number) => FetchProgress | null): boolean {
  vi.useFakeTimers();
  vi.stubGlobal("self", globalThis);
  const { asked, supply: shoal } = supply();
  const loader = new (fragmentLoaderOver(shoal))(config);
  loader.load(context, configuration, listening());
  const listeners = new Map<string, (event: string, data: unknown) => void>();
  const hls = {
    config: Hls.DefaultConfig,
    on: (event: string, listener: () => void, controller: object) =>
      listeners.set(event, listener.bind(controller)),
    off: () => {},
    trigger: vi.fn(),
    media: { paused: false, playbackRate: 1, readyState: 4 },
    autoLevelEnabled: true,
    minAutoLevel: 0,
    maxAutoLevel: 2,
    firstLevel: 0,
    loadLevel: 2,
    levels: [500_000, 1_000_000, 2_500_000].map((bitrate) => ({
      bitrate,
      maxBitrate: bitrate,
      averageBitrate: bitrate,
    })),
    allAudioTracks: [],
    mainForwardBufferInfo: { len: 0.5 },
    latestLevelDetails: { live: true },
    logger: { ...console, log() {}, warn() {} },
  };
  const controller = new Hls.DefaultConfig.abrController(hls as unknown as Hls);
  const frag = {
    type: "main",
    level: 2,
    duration: 2,
    stats: loader.stats,
    abortRequests: () => loader.abort(),
  };
  listeners.get(Events.FRAG_LOADING)?.(Events.FRAG_LOADING, { frag });
  for (let elapsed = 0; elapsed < 3; elapsed += 0.1) {
    asked[0]?.progress?.(progress(performance.now() / 1000));
    vi.advanceTimersByTime(100);
  }
  controller.destroy();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  return hls.trigger.mock.calls.some(([event]) => event === Events.FRAG_LOAD_EMERGENCY_ABORTED);
}

test("hls.js doesn't take the wait for a peer for a slow download", () => {
  expect(givesUpAfterThreeSeconds(() => null)).toBe(false);
});

test("hls.js gives a fetch up that won't be there in time, as it does by itself", () => {
  const fetchAt = (bitsPerSecond: number) => {
    let startedAt: number | null = null;
    return (now: number) => {
      startedAt ??= now;
      const firstByteAt = startedAt + 0.05;
      return { startedAt, firstByteAt, bytes: (bitsPerSecond / 8) * Math.max(0, now - firstByteAt) };
    };
  };
  expect(givesUpAfterThreeSeconds(fetchAt(600_000))).toBe(true);
  expect(givesUpAfterThreeSeconds(fetchAt(4_000_000))).toBe(false);
});

test("a fetch without a first byte shows since when it lasts; once it has ended, the wait is none again", () => {
  const { asked, supply: shoal } = supply();
  const loader = new (fragmentLoaderOver(shoal))(config);
  loader.load(context, configuration, listening());
  asked[0]?.progress?.({ startedAt: 7, firstByteAt: null, bytes: 0 });
  expect(loader.stats).toMatchObject({ loading: { start: 7000, first: 0 }, loaded: 0 });
  asked[0]?.progress?.({ startedAt: 7, firstByteAt: 7.5, bytes: 300 });
  expect(loader.stats).toMatchObject({ loading: { start: 7000, first: 7500 }, loaded: 300 });
  asked[0]?.progress?.(null);
  expect(loader.stats).toMatchObject({ loading: { start: Number.POSITIVE_INFINITY, first: 0 }, loaded: 0 });
});

test("a segment that fails is an error with its status", () => {
  const { asked, supply: shoal } = supply();
  const callbacks = listening();
  new (fragmentLoaderOver(shoal))(config).load(context, configuration, callbacks);
  asked[0]?.fail(410, "gone");
  expect(callbacks.onError).toHaveBeenCalledWith(
    { code: 410, text: "gone" },
    context,
    null,
    expect.anything(),
  );
});

test("an aborted load is cancelled, and nothing is delivered afterwards", () => {
  const { asked, cancel, supply: shoal } = supply();
  const callbacks = listening();
  const loader = new (fragmentLoaderOver(shoal))(config);
  loader.load(context, configuration, callbacks);
  loader.abort();
  loader.destroy();
  asked[0]?.deliver({ data: new ArrayBuffer(1), source: "cdn", bitsPerSecond: 1 });
  expect(cancel).toHaveBeenCalled();
  expect(callbacks.onAbort).toHaveBeenCalledOnce();
  expect(callbacks.onSuccess).not.toHaveBeenCalled();
});

test("other segments are left to hls.js's own loader", () => {
  const { asked, supply: shoal } = supply(false);
  new (fragmentLoaderOver(shoal))(config).load(context, configuration, listening());
  expect(plain.load).toHaveBeenCalledOnce();
  expect(asked).toEqual([]);
});

test("hls.js's own loader is aborted, and reports that itself", () => {
  const callbacks = listening();
  const loader = new (fragmentLoaderOver(supply(false).supply))(config);
  loader.load(context, configuration, callbacks);
  loader.abort();
  loader.destroy();
  expect(plain.abort).toHaveBeenCalledOnce();
  expect(plain.destroy).toHaveBeenCalledOnce();
  expect(callbacks.onAbort).not.toHaveBeenCalled();
});

test("a segment that was already stored says nothing about the throughput", () => {
  const { asked, supply: shoal } = supply();
  const loader = new (fragmentLoaderOver(shoal))(config);
  loader.load(context, configuration, listening());
  asked[0]?.deliver({ data: new ArrayBuffer(1000), source: "peers", bitsPerSecond: 0 });
  expect(loader.stats.loading.end - loader.stats.loading.start).toBe(0);
});

const playlistContext = { url: "https://cdn.test/index.m3u8" } as PlaylistLoaderContext;

test("a playlist is read before hls.js reads it", () => {
  const order: string[] = [];
  const loader = new (playlistLoaderOver(
    (address) => address,
    (text, bytes) => order.push(`${text}, ${bytes} bytes`),
  ))(config);
  const onSuccess = vi.fn(() => order.push("hls.js"));
  loader.load(playlistContext, configuration, { ...listening(), onSuccess } as never);
  const [, , given] = plain.load.mock.calls[0] ?? [];
  const response = { url: playlistContext.url, data: "#EXTM3U" };
  given.onSuccess(response, { loaded: 7 }, playlistContext, null);
  expect(order).toEqual(["#EXTM3U, 7 bytes", "hls.js"]);
  expect(onSuccess).toHaveBeenCalledWith(response, { loaded: 7 }, playlistContext, null);
});

test("a response that isn't text is passed on unread", () => {
  const onPlaylist = vi.fn();
  const callbacks = listening();
  const loader = new (playlistLoaderOver((address) => address, onPlaylist))(config);
  loader.load(playlistContext, configuration, callbacks as never);
  const [, , given] = plain.load.mock.calls[0] ?? [];
  given.onSuccess({ url: "", data: new ArrayBuffer(1) }, { loaded: 1 }, playlistContext, null);
  expect(onPlaylist).not.toHaveBeenCalled();
  expect(callbacks.onSuccess).toHaveBeenCalledOnce();
});

test("a playlist's age and headers are those of hls.js's own loader, which is also ended", () => {
  const loader = new (playlistLoaderOver(
    (address) => address,
    () => {},
  ))(config);
  expect(loader.stats).toBe(plain.stats);
  expect(loader.getCacheAge?.()).toBe(2);
  expect(loader.getResponseHeader?.("age")).toBe("the age");
  loader.abort();
  loader.destroy();
  expect(plain.abort).toHaveBeenCalledOnce();
  expect(plain.destroy).toHaveBeenCalledOnce();
});

test("a loader without age and headers has none", () => {
  const loader = new (playlistLoaderOver(
    (address) => address,
    () => {},
  ))(config);
  Object.assign(plain, { getCacheAge: undefined, getResponseHeader: undefined });
  expect(loader.getCacheAge?.()).toBeNull();
  expect(loader.getResponseHeader?.("age")).toBeNull();
});
