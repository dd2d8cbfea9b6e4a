/** The loaders that hls.js uses for segments and playlists. */

import type {
  FragmentLoaderConstructor,
  FragmentLoaderContext,
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
  PlaylistLoaderConstructor,
  PlaylistLoaderContext,
} from "hls.js";
import type { Delivery, FetchProgress } from "../../sharing/scheduler-events.ts";
import type { SegmentAnswer } from "../shell/player-adapter.ts";

/** Provides the segments that Shoal handles. */
export interface SegmentSupply {
  /** Whether Shoal handles this segment; anything else is left to hls.js's own loader. */
  brings(context: FragmentLoaderContext): boolean;
  request(context: FragmentLoaderContext, answer: SegmentAnswer): () => void;
}

/** The loader class for segments; hls.js creates an instance for each. */
export function fragmentLoaderOver(supply: SegmentSupply): FragmentLoaderConstructor {
  return class implements Loader<FragmentLoaderContext> {
    context: FragmentLoaderContext | null = null;
    stats: LoaderStats = freshStats();
    readonly #hlsConfig: HlsConfig;
    #plain: Loader<LoaderContext> | null = null;
    #cancel: (() => void) | null = null;
    #callbacks: LoaderCallbacks<FragmentLoaderContext> | null = null;

    constructor(hlsConfig: HlsConfig) {
      this.#hlsConfig = hlsConfig;
    }

    load(
      context: FragmentLoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<FragmentLoaderContext>,
    ): void {
      this.context = context;
      if (!supply.brings(context)) {
        const plain = new this.#hlsConfig.loader(this.#hlsConfig);
        plain.stats = this.stats;
        plain.load(context, config, callbacks as LoaderCallbacks<LoaderContext>);
        this.#plain = plain;
        return;
      }
      this.#callbacks = callbacks;
      this.#show(null);
      this.#cancel = supply.request(context, {
        deliver: (delivery) => this.#deliver(delivery),
        fail: (code, text) => this.#callbacks?.onError({ code, text }, context, null, this.stats),
        progress: (fetch) => this.#show(fetch),
      });
    }

    abort(): void {
      this.#plain?.abort();
      if (this.#plain) return;
      this.stats.aborted = true;
      this.#cancel?.();
      if (this.context) this.#callbacks?.onAbort?.(this.stats, this.context, null);
    }

    destroy(): void {
      this.#plain?.destroy();
      this.#cancel?.();
      this.#callbacks = null;
      this.#cancel = null;
    }

    /** hls.js gives a slow download up, and plays a lower level. It mustn't take the wait for a peer for one. */
    #show(fetch: FetchProgress | null): void {
      const { loading } = this.stats;
      loading.start = fetch ? fetch.startedAt * 1000 : Number.POSITIVE_INFINITY;
      loading.first = (fetch?.firstByteAt ?? 0) * 1000;
      this.stats.loaded = fetch?.bytes ?? 0;
    }

    #deliver({ data, bitsPerSecond }: Delivery): void {
      const { context } = this;
      const callbacks = this.#callbacks;
      if (!context || !callbacks) return;
      this.#cancel = null;
      const { stats } = this;
      const end = performance.now();
      // hls.js estimates the throughput from these times, which must not include the wait for a peer.
      const milliseconds = bitsPerSecond > 0 ? (data.byteLength * 8000) / bitsPerSecond : 0;
      stats.loading = { start: end - milliseconds, first: end - milliseconds, end };
      stats.loaded = data.byteLength;
      stats.total = data.byteLength;
      callbacks.onProgress?.(stats, context, data, null);
      callbacks.onSuccess({ url: context.url, data, code: 200 }, stats, context, null);
    }
  };
}

/**
 * The loader class for playlists; hls.js creates an instance for each. `onPlaylist` reads each before hls.js does.
 * hls.js resolves the addresses in a playlist against the one that it came from, as `plain` makes it.
 */
export function playlistLoaderOver(
  plain: (address: string) => string,
  onPlaylist: (text: string, bytes: number) => void,
): PlaylistLoaderConstructor {
  return class implements Loader<PlaylistLoaderContext> {
    context: PlaylistLoaderContext | null = null;
    readonly #plain: Loader<LoaderContext>;

    constructor(hlsConfig: HlsConfig) {
      this.#plain = new hlsConfig.loader(hlsConfig);
    }

    get stats(): LoaderStats {
      return this.#plain.stats;
    }

    getCacheAge(): number | null {
      return this.#plain.getCacheAge?.() ?? null;
    }

    getResponseHeader(name: string): string | null {
      return this.#plain.getResponseHeader?.(name) ?? null;
    }

    load(
      context: PlaylistLoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<PlaylistLoaderContext>,
    ): void {
      this.context = context;
      this.#plain.load(context, config, {
        ...(callbacks as LoaderCallbacks<LoaderContext>),
        onSuccess: (response, stats, _context, networkDetails) => {
          if (typeof response.data === "string") onPlaylist(response.data, stats.loaded);
          callbacks.onSuccess({ ...response, url: plain(response.url) }, stats, context, networkDetails);
        },
      });
    }

    abort(): void {
      this.#plain.abort();
    }

    destroy(): void {
      this.#plain.destroy();
    }
  };
}

/** What a loader's stats are before it loads. */
export function freshStats(): LoaderStats {
  return {
    aborted: false,
    loaded: 0,
    retry: 0,
    total: 0,
    chunkCount: 0,
    bwEstimate: 0,
    loading: { start: 0, first: 0, end: 0 },
    parsing: { start: 0, end: 0 },
    buffering: { start: 0, first: 0, end: 0 },
  };
}
