import type { FragmentLoaderContext, HlsConfig, LoaderCallbacks, LoaderConfiguration } from "hls.js";
import { expect, test, vi } from "vitest";
import { fragmentLoaderOver, type SegmentSupply } from "./hls-loaders.ts";

const context = { url: "https://cdn.test/7.m4s" } as FragmentLoaderContext;
const configuration = {} as LoaderConfiguration;

function listening(): LoaderCallbacks<FragmentLoaderContext> {
  return { onSuccess: vi.fn(), onError: vi.fn(), onTimeout: vi.fn(), onAbort: vi.fn(), onProgress: vi.fn() };
}

/** A supply that keeps what it was asked, to answer it later. */
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

const load = vi.fn();
class PlainLoader {
  load = load;
  abort = vi.fn();
  destroy = vi.fn();
  stats = {};
}
const config = { loader: PlainLoader } as unknown as HlsConfig;

test("a segment that Shoal brings is handed to hls.js with the speed at which it came", () => {
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

test("while it waits, hls.js sees nothing that looks like a slow download", () => {
  const { supply: shoal } = supply();
  const loader = new (fragmentLoaderOver(shoal))(config);
  loader.load(context, configuration, listening());
  expect(loader.stats.loaded).toBe(loader.stats.total);
  expect(loader.stats.loaded).toBeGreaterThan(0);
});

test("a segment that can't be had is an error with its status", () => {
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

test("an aborted load is cancelled, and nothing comes after", () => {
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

test("what Shoal doesn't bring takes hls.js's own way", () => {
  const { asked, supply: shoal } = supply(false);
  new (fragmentLoaderOver(shoal))(config).load(context, configuration, listening());
  expect(load).toHaveBeenCalledOnce();
  expect(asked).toEqual([]);
});
