import type { HlsConfig, LoaderCallbacks, LoaderConfiguration, LoaderContext } from "hls.js";
import { beforeEach, expect, test, vi } from "vitest";
import { loaderWithEarly } from "./early-loader.ts";
import type { EarlyPlaylist, EarlyPlaylists } from "./early-playlists.ts";

const context = { url: "https://cdn.test/index.m3u8", responseType: "text" } as LoaderContext;
const configuration = {} as LoaderConfiguration;
const playlist: EarlyPlaylist = {
  text: "#EXTM3U",
  address: "https://elsewhere.test/index.m3u8",
  startedAt: 10,
  firstByteAt: 20,
  endedAt: 30,
};

const own = { load: vi.fn(), abort: vi.fn(), destroy: vi.fn() };

/** Stands in for hls.js's own loader. */
class OwnLoader {
  context: LoaderContext | null = null;
  stats = { loading: { start: 0, first: 0, end: 0 }, loaded: 0, total: 0 };
  load(...parameters: unknown[]): void {
    own.load(...parameters);
  }
  abort(): void {
    own.abort();
  }
  destroy(): void {
    own.destroy();
  }
}

beforeEach(() => vi.clearAllMocks());

function listening() {
  return {
    onSuccess: vi.fn(),
    onError: vi.fn(),
    onTimeout: vi.fn(),
  } satisfies LoaderCallbacks<LoaderContext>;
}

function loaderOver(early: Promise<EarlyPlaylist> | null) {
  const playlists = { take: () => early } as unknown as EarlyPlaylists;
  const Loader = loaderWithEarly(OwnLoader as unknown as HlsConfig["loader"], playlists);
  return new Loader({} as HlsConfig);
}

test("a playlist that was fetched early is handed over with the times at which it came", async () => {
  const loader = loaderOver(Promise.resolve(playlist));
  const callbacks = listening();
  loader.load(context, configuration, callbacks);
  await Promise.resolve();
  expect(callbacks.onSuccess).toHaveBeenCalledExactlyOnceWith(
    { url: playlist.address, data: "#EXTM3U", code: 200 },
    loader.stats,
    context,
    null,
  );
  expect(loader.stats).toMatchObject({ loading: { start: 10, first: 20, end: 30 }, loaded: 7, total: 7 });
  expect(own.load).not.toHaveBeenCalled();
});

test("what wasn't fetched early takes hls.js's own way", () => {
  const callbacks = listening();
  loaderOver(null).load(context, configuration, callbacks);
  expect(own.load).toHaveBeenCalledExactlyOnceWith(context, configuration, callbacks);
});

test("what failed early takes hls.js's own way", async () => {
  const callbacks = listening();
  loaderOver(Promise.reject(new Error("404"))).load(context, configuration, callbacks);
  await vi.waitFor(() => expect(own.load).toHaveBeenCalledExactlyOnceWith(context, configuration, callbacks));
  expect(callbacks.onError).not.toHaveBeenCalled();
});

test.each(["abort", "destroy"] as const)("after %s nothing comes any more", async (end) => {
  for (const early of [Promise.resolve(playlist), Promise.reject(new Error("404"))]) {
    const loader = loaderOver(early);
    const callbacks = listening();
    loader.load(context, configuration, callbacks);
    loader[end]();
    await early.catch(() => {});
    await Promise.resolve();
    expect(callbacks.onSuccess).not.toHaveBeenCalled();
  }
  expect(own[end]).toHaveBeenCalledTimes(2);
  expect(own.load).not.toHaveBeenCalled();
});
