/** Clappr: `shoalPlayback` makes a playback plugin for one stream, next to Clappr's own playbacks. */

import type { LiveSession } from "../playback/session.ts";
import type { Stream } from "../playback/stream.ts";
import { playStream } from "./play-stream.ts";

export { readStream, type Stream } from "../playback/stream.ts";
export { sharingNotice } from "./sharing-notice.ts";

/** The part of Clappr's HTML5Video that is used. It plays whatever its element plays. */
interface Html5VideoPlayback {
  readonly el: HTMLVideoElement;
  stop(): void;
  destroy(): void;
}

interface Clappr {
  HTML5Video: new (...parameters: never[]) => Html5VideoPlayback;
}

/** A playback for `plugins: [shoalPlayback(Clappr, stream)]`. It plays the source `stream.hls`. */
export function shoalPlayback({ HTML5Video }: Clappr, stream: Stream) {
  return class ShoalPlayback extends HTML5Video {
    static canPlay(source: string): boolean {
      return source === stream.hls;
    }

    static get type(): "playback" {
      return "playback";
    }

    /** Only declared: HTML5Video's constructor calls `_setupSrc`, and an initial value would overwrite what it sets. */
    declare session: LiveSession | null;

    get name(): string {
      return "shoal";
    }

    /** HTML5Video calls this in its constructor and before every play to set the element's `src`. */
    _setupSrc(): void {
      this.session ??= playStream(this.el, stream);
    }

    getPlaybackType(): "live" {
      return "live";
    }

    override stop(): void {
      this.session?.destroy();
      this.session = null;
      super.stop();
    }

    override destroy(): void {
      this.session?.destroy();
      super.destroy();
    }
  };
}
