/** Clappr: a playback of its own, beside Clappr's, for a stream that `shoalPlayback` was given. */

import { playStream } from "../module/play-stream.ts";
import type { Stream } from "../module/stream.ts";
import type { LiveSession } from "../sharing/session.ts";

export { readStream, type Stream } from "../module/stream.ts";

/** What is used of Clappr's HTML5Video, which plays whatever its element is given. */
interface Html5VideoPlayback {
  readonly el: HTMLVideoElement;
  stop(): void;
  destroy(): void;
}

interface Clappr {
  HTML5Video: new (...parameters: never[]) => Html5VideoPlayback;
}

/** A playback for `plugins: [shoalPlayback(Clappr, stream)]`; it takes the player's source for its own. */
export function shoalPlayback({ HTML5Video }: Clappr, stream: Stream) {
  return class ShoalPlayback extends HTML5Video {
    static canPlay(source: string): boolean {
      return source === stream.hls;
    }

    static get type(): "playback" {
      return "playback";
    }

    /** Declared without a value, since HTML5Video's constructor sets it through `_setupSrc`. */
    declare session: LiveSession | null;

    get name(): string {
      return "shoal";
    }

    /** Called by HTML5Video's constructor and before every play, where it would give the element an address. */
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
