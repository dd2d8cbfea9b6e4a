/** For pages and players that construct hls.js themselves: the same class, whose every instance shares. */

import type Hls from "hls.js";
import type { HlsConfig } from "hls.js";
import type { Stream } from "../module/stream.ts";
import { HlsSharing } from "../sharing/hls-sharing.ts";
import { SharedPlayback, type Sharing } from "./shared-playback.ts";

export { readStream, type Stream } from "../module/stream.ts";
export type { Sharing } from "./shared-playback.ts";

export interface SharingHls extends Hls {
  readonly sharing: Sharing;
}

/** Everything that hls.js's own class has, with sharing in every instance. */
export type SharingHlsClass = (new (config?: Partial<HlsConfig>) => SharingHls) & typeof Hls;

/**
 * A class to use in place of `hlsClass`. The positions and loaders that sharing needs win over a
 * configuration's own; everything else in it holds.
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
        playback.begin(media as HTMLVideoElement, sharing, () => this.latency || null);
      });
      this.on(DESTROYING, () => playback.end());
    }
  };
}
