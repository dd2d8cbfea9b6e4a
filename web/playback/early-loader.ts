/** hls.js's loader, which first looks among the playlists that were fetched early. */

import type { HlsConfig, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from "hls.js";
import type { EarlyPlaylist, EarlyPlaylists } from "./early-playlists.ts";

/** A class for hls.js's `loader`: `base`, except for what `playlists` holds. */
export function loaderWithEarly(base: HlsConfig["loader"], playlists: EarlyPlaylists): HlsConfig["loader"] {
  return class extends base {
    #isEnded = false;

    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      const early = playlists.take(context.url);
      if (!early) {
        super.load(context, config, callbacks);
        return;
      }
      early.then(
        (playlist) => {
          if (this.#isEnded) return;
          this.context = context;
          tell(this.stats, playlist);
          callbacks.onSuccess(
            { url: playlist.address, data: playlist.text, code: 200 },
            this.stats,
            context,
            null,
          );
        },
        () => {
          if (!this.#isEnded) super.load(context, config, callbacks);
        },
      );
    }

    override abort(): void {
      this.#isEnded = true;
      super.abort();
    }

    override destroy(): void {
      this.#isEnded = true;
      super.destroy();
    }
  };
}

/** hls.js takes a live playlist's age, and thereby the live edge, from when its answer began. */
function tell(stats: LoaderStats, { text, startedAt, firstByteAt, endedAt }: EarlyPlaylist): void {
  stats.loading = { start: startedAt, first: firstByteAt, end: endedAt };
  stats.loaded = text.length;
  stats.total = text.length;
}
