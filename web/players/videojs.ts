/**
 * Video.js 8: `registerShoal(videojs)` once, then `videojs(element).shoal(stream)`. A source handler of the
 * HTML5 tech plays by hls.js in the tech's own element, so VHS isn't asked; Video.js's quality levels and live
 * tracker see the stream as any other.
 */

import { playStream } from "../module/play-stream.ts";
import type { Stream } from "../module/stream.ts";
import type { LiveSession, Quality } from "../sharing/session.ts";

export { readStream, type Stream } from "../module/stream.ts";
export type { LiveSession } from "../sharing/session.ts";

/** What is used of Video.js, whose own types leave techs and quality levels untyped. */
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

/** One of Video.js's own, which only it looks into. */
type QualityLevel = object;

interface QualityLevels {
  selectedIndex_: number;
  addQualityLevel(level: {
    id: string;
    width: number;
    height: number;
    bitrate: number;
    frameRate: number;
    enabled(isEnabled?: boolean): boolean;
  }): QualityLevel;
  removeQualityLevel(level: QualityLevel): void;
  dispose(): void;
  trigger(event: { type: "change"; selectedIndex: number }): void;
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

/** Teaches Video.js to play Shoal; the page's own `videojs` is the argument. */
export function registerShoal(videojs: VideoJs): void {
  videojs.getTech("Html5").registerSourceHandler(handler, 0);
  const Plugin = videojs.getPlugin("plugin");
  class ShoalPlugin extends Plugin {
    /** The stream as it plays, once Video.js has come to it: figures, sharing mode and trouble. */
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

/**
 * Video.js says by each level's `enabled` what may be played; with one left, that one is chosen. Returns the way to
 * take the levels out again, for the next source of the same player.
 */
function mirrorQualities(session: LiveSession, levels: QualityLevels): () => void {
  const added: QualityLevel[] = [];
  const disabled = new Set<number>();
  const choose = (qualities: readonly Quality[]) => {
    const allowed = qualities.filter(({ index }) => !disabled.has(index));
    const [only] = allowed;
    session.chooseQuality(allowed.length === 1 && only ? only.index : "auto");
  };
  session.on("qualities", (qualities) => {
    for (const { index, width, height, bitsPerSecond, framesPerSecond } of qualities) {
      const level = levels.addQualityLevel({
        id: `${index}`,
        width,
        height,
        bitrate: bitsPerSecond,
        frameRate: framesPerSecond,
        enabled: (isEnabled) => {
          if (isEnabled !== undefined) {
            if (isEnabled) disabled.delete(index);
            else disabled.add(index);
            choose(qualities);
          }
          return !disabled.has(index);
        },
      });
      added.push(level);
    }
  });
  session.on("quality", ({ index }) => {
    levels.selectedIndex_ = index;
    levels.trigger({ type: "change", selectedIndex: index });
  });
  return () => {
    for (const level of added) levels.removeQualityLevel(level);
  };
}
