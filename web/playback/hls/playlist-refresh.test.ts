/** With the installed hls.js: an upgrade that loads playlists in another way fails here. */

import type Hls from "hls.js";
import type { Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext } from "hls.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { freshStats } from "./loaders.ts";
import { PlaylistRefresh } from "./playlist-refresh.ts";

const ROOT = "https://cdn.test/";
const VIDEO = `${ROOT}v0.m3u8`;
const AUDIO = `${ROOT}a.m3u8`;
const MAIN = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",DEFAULT=YES,URI="a.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=800000,AUDIO="sound"
v0.m3u8
`;

/** In seconds from the start, by address. */
let loads: { at: number; url: string }[];
let playlistTags: string;
let hls: Hls;
let playlists: PlaylistRefresh;

/** Answers after 50 ms. A new segment appears every two seconds. */
class OnAir implements Loader<LoaderContext> {
  context: LoaderContext | null = null;
  stats = freshStats();
  #timer: ReturnType<typeof setTimeout> | undefined;

  load(
    context: LoaderContext,
    _config: LoaderConfiguration,
    callbacks: LoaderCallbacks<LoaderContext>,
  ): void {
    this.context = context;
    this.stats.loading.start = performance.now();
    loads.push({ at: seconds(), url: context.url });
    this.#timer = setTimeout(() => {
      this.stats.loading.first = performance.now();
      this.stats.loading.end = performance.now();
      callbacks.onSuccess({ url: context.url, data: textAt(context.url) }, this.stats, context, null);
    }, 50);
  }

  abort(): void {
    clearTimeout(this.#timer);
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }
}

const seconds = () => Math.round(performance.now() / 100) / 10;

function textAt(url: string): string {
  if (url === `${ROOT}index.m3u8`) return MAIN;
  const newest = Math.floor(seconds() / 2);
  return `#EXTM3U\n${playlistTags}#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${newest}\n${"#EXTINF:2,\nx.m4s\n".repeat(5)}`;
}

const loadsOf = (url: string) => loads.filter((load) => load.url === url).map(({ at }) => at);

beforeEach(async () => {
  vi.useFakeTimers({
    now: 0,
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"],
  });
  vi.stubGlobal("self", globalThis);
  vi.stubGlobal("location", { href: ROOT });
  loads = [];
  playlistTags = "";
  const { default: HlsClass } = await import("hls.js");
  hls = new HlsClass({ loader: OnAir, enableWorker: false });
  const addresses: Record<string, string> = { main: VIDEO, audio: AUDIO };
  playlists = new PlaylistRefresh(hls, HlsClass.Events, (type) => addresses[type] ?? "");
  hls.on(HlsClass.Events.MANIFEST_PARSED, () => hls.startLoad());
});

afterEach(() => {
  hls.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function plays(): Promise<void> {
  hls.loadSource(`${ROOT}index.m3u8`);
  await vi.advanceTimersByTimeAsync(4500);
  for (const url of [VIDEO, AUDIO]) expect(loadsOf(url).length).toBeGreaterThan(1);
}

test("a playlist is loaded at once, and the next time an interval later", async () => {
  await plays();
  const before = loadsOf(VIDEO).length;
  playlists.refresh("main", VIDEO);
  await vi.advanceTimersByTimeAsync(5000);
  const [first = 0, second = 0] = loadsOf(VIDEO).slice(before);
  expect(first).toBe(4.5);
  expect(second - first).toBeGreaterThanOrEqual(1);
  expect(second - first).toBeLessThanOrEqual(2);
});

test("while it is on its way it isn't loaded again", async () => {
  await plays();
  const before = loadsOf(VIDEO).length;
  playlists.refresh("main", VIDEO);
  playlists.refresh("main", VIDEO);
  await vi.advanceTimersByTimeAsync(500);
  expect(loadsOf(VIDEO).length).toBe(before + 1);
});

test("audio is refreshed by itself", async () => {
  await plays();
  const before = [VIDEO, AUDIO].map((url) => loadsOf(url).length);
  playlists.refresh("secondary", AUDIO);
  await vi.advanceTimersByTimeAsync(100);
  expect([VIDEO, AUDIO].map((url, index) => loadsOf(url).length - (before[index] ?? 0))).toEqual([0, 1]);
});

test("a rendition that isn't loaded now is left alone", async () => {
  await plays();
  const before = loads.length;
  playlists.refresh("main", `${ROOT}v1.m3u8`);
  playlists.refresh("secondary", VIDEO);
  await vi.advanceTimersByTimeAsync(100);
  expect(loads.length).toBe(before);
});

test("where the server itself holds requests until there is news, nothing is repeated", async () => {
  playlistTags = "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n";
  await plays();
  const before = loads.length;
  playlists.refresh("main", VIDEO);
  await vi.advanceTimersByTimeAsync(10);
  expect(loads.length).toBe(before);
});
