/** For pages and players that create hls.js instances themselves: a subclass whose instances share. */

import type Hls from "hls.js";
import type { HlsConfig } from "hls.js";
import { HlsSharing } from "../playback/hls/hls-sharing.ts";
import type { Stream } from "../playback/stream.ts";
import { SharedPlayback, type Sharing } from "./shared-playback.ts";

export { readStream, type Stream } from "../playback/stream.ts";
export type { Sharing } from "./shared-playback.ts";
export { sharingNotice } from "./sharing-notice.ts";

export interface SharingHls extends Hls {
  readonly sharing: Sharing;
}

/** hls.js's class, with `sharing` in every instance. */
export type SharingHlsClass = (new (config?: Partial<HlsConfig>) => SharingHls) & typeof Hls;

/**
 * A class to use instead of `hlsClass`. Sharing overrides the live position and the loaders in a configuration, and
 * leaves the rest alone.
 */
export function sharingHls(hlsClass: typeof Hls, stream: Stream): SharingHlsClass {
  return class extends hlsClass implements SharingHls {
    readonly sharing: Sharing;

    constructor(config: Partial<HlsConfig> = {}) {
      const playback = new SharedPlayback(stream);
      const sharing = new HlsSharing(hlsClass, playback.options);
      super({ ...config, ...sharing.config });
      this.sharing = playback;
      sharing.bind(this);
      const { MEDIA_ATTACHED, DESTROYING } = hlsClass.Events;
      this.on(MEDIA_ATTACHED, (_event, { media }) => {
        playback.begin(this, media as HTMLVideoElement, sharing, () => this.latency || null);
      });
      this.on(DESTROYING, () => playback.end());
    }
  };
}
