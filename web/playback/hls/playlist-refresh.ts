/**
 * Makes hls.js load a live playlist at once, by repeating the event with which it last did so. hls.js ignores it while
 * that playlist is on its way, and counts its interval from the newest load.
 */

import type Hls from "hls.js";
import type { StreamKind } from "../../sharing/peer-id.ts";

interface Loading {
  rendition: string;
  again: () => void;
}

export class PlaylistRefresh {
  readonly #loadings: Partial<Record<StreamKind, Loading>> = {};

  /** `renditionOf` names a rendition by hls.js's type and index. Call this before hls.js loads anything. */
  constructor(hls: Hls, Events: typeof Hls.Events, renditionOf: (type: string, index: number) => string) {
    hls.on(Events.LEVEL_LOADING, (event, data) =>
      this.#note("main", renditionOf("main", data.level), data, () => hls.trigger(event, data)),
    );
    hls.on(Events.AUDIO_TRACK_LOADING, (event, data) =>
      this.#note("secondary", renditionOf("audio", data.id), data, () => hls.trigger(event, data)),
    );
  }

  /** Does nothing for a rendition that hls.js doesn't load now. */
  refresh(kind: StreamKind, rendition: string): void {
    const loading = this.#loadings[kind];
    if (loading?.rendition === rendition) loading.again();
  }

  /** A request with directives is one that the server answers when there is news: nothing would come sooner. */
  #note(
    kind: StreamKind,
    rendition: string,
    { deliveryDirectives }: { deliveryDirectives: object | null },
    again: () => void,
  ): void {
    if (deliveryDirectives) delete this.#loadings[kind];
    else this.#loadings[kind] = { rendition, again };
  }
}
