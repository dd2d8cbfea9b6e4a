/**
 * Video.js 8: call `registerShoal(videojs)` once, then `videojs(element).shoal(stream)`. A source handler of the
 * HTML5 tech plays with hls.js in the tech's own element instead of VHS. Video.js's quality levels and live tracker
 * work as usual.
 */

import type { LiveSession } from "../playback/session.ts";
import type { Stream } from "../playback/stream.ts";
import { playStream } from "./play-stream.ts";
import { mirrorQualities, type QualityLevels } from "./videojs-qualities.ts";

export type { LiveSession } from "../playback/session.ts";
export { readStream, type Stream } from "../playback/stream.ts";
export { sharingNotice } from "./sharing-notice.ts";

/** The part of Video.js that is used. Its own types leave techs and quality levels untyped. */
export interface VideoJs {
  getPlugin(name: "plugin"): new (player: VideoJsPlayer) => { dispose(): void };
  registerPlugin(name: string, plugin: unknown): void;
  getTech(name: "Html5"): {
    registerSourceHandler(handler: SourceHandler, index: number): void;
  };
}

interface VideoJsPlayer {
  src(source: ShoalSource): void;
  qualityLevels(): QualityLevels;
}

interface ShoalSource {
  src: string;
  type: string;
  shoal: { stream: Stream; player: VideoJsPlayer; began(session: LiveSession): void };
}

interface SourceHandler {
  canHandleSource(source: Partial<ShoalSource>): "probably" | "";
  canPlayType(): "";
  handleSource(source: ShoalSource, tech: { el(): HTMLVideoElement }): { dispose(): void };
}

const handler: SourceHandler = {
  canHandleSource: (source) => (source.shoal ? "probably" : ""),
  canPlayType: () => "",
  handleSource: ({ shoal }, tech) => {
    const session = playStream(tech.el(), shoal.stream);
    const forgetQualities = mirrorQualities(session, shoal.player.qualityLevels());
    shoal.began(session);
    return {
      dispose() {
        session.destroy();
        forgetQualities();
      },
    };
  },
};

/** Registers Shoal with the page's own Video.js. */
export function registerShoal(videojs: VideoJs): void {
  videojs.getTech("Html5").registerSourceHandler(handler, 0);
  const Plugin = videojs.getPlugin("plugin");
  class ShoalPlugin extends Plugin {
    /** The live session, once Video.js has set the source: stats, sharing mode and errors. */
    readonly session: Promise<LiveSession>;

    constructor(player: VideoJsPlayer, stream: Stream) {
      super(player);
      this.session = new Promise((began) => {
        player.src({ src: stream.hls, type: "application/x-mpegurl", shoal: { stream, player, began } });
      });
    }
  }
  videojs.registerPlugin("shoal", ShoalPlugin);
}
