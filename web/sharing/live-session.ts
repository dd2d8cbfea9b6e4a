/** A live stream in a video element: hls.js plays, hls-sharing.ts brings the segments, troubles heal. */

import Hls, { type ErrorData } from "hls.js";
import type { CdnError } from "./cdn-fetch.ts";
import { Emitter } from "./emitter.ts";
import { type Figures, FiguresCounter } from "./figures.ts";
import { Healing } from "./healing.ts";
import { HlsSharing } from "./hls-sharing.ts";
import { secondsBuffered, watchPlayback } from "./playback-watch.ts";
import type {
  LiveSession,
  LiveSessionEvents,
  LiveSessionOptions,
  Quality,
  SharingMode,
  Trouble,
} from "./session.ts";
import { diagnose } from "./trouble.ts";

/**
 * Retried soon and often, since a live playlist is only good for seconds; then troubles heal at leisure. When the CDN
 * comes back, the picture waits for the later of two playlists, of picture and sound; hls.js counts their failures
 * together.
 */
const PLAYLIST_POLICY = {
  default: {
    maxTimeToFirstByteMs: 4_000,
    maxLoadTimeMs: 8_000,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 12, retryDelayMs: 500, maxRetryDelayMs: 1_000 },
  },
};

/** One failed segment is an accident, two in a row are trouble. */
const FAILURES_TO_TELL = 2;

/** With less ahead of it, the picture stops before the next tick. */
const LEAST_BUFFER_SECONDS = 1;

/** Starts playing at once. Never throws for the stream's sake: what goes wrong is told as trouble. */
export function createLiveSession(options: LiveSessionOptions): LiveSession {
  return new HlsLiveSession(options);
}

class HlsLiveSession implements LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #events = new Emitter<LiveSessionEvents>();
  readonly #watchers = new Emitter<{ figures: Figures }>();
  readonly #counter = new FiguresCounter();
  readonly #sharing: HlsSharing;
  readonly #hls: Hls | null;
  readonly #stopWatching: () => void;
  readonly #ticking: ReturnType<typeof setInterval>;
  readonly #healing = new Healing((trouble) => this.#events.emit("trouble", trouble));
  #qualities: readonly Quality[] = [];
  #segmentFailures = 0;
  #wasLive = true;

  constructor(options: LiveSessionOptions) {
    this.#options = options;
    this.#sharing = new HlsSharing(Hls, {
      channel: options.channel,
      trackers: options.trackers,
      stunServers: options.stunServers,
      mode: options.mode,
      delaySeconds: options.delaySeconds ?? null,
      figures: this.#counter,
      onCdn: (outcome) => this.#onCdn(outcome),
      onSegment: (rendition, sequence, source) =>
        this.#events.emit("segment", { rendition, sequence, source }),
    });
    this.#stopWatching = watchPlayback(options.video, this.#counter, (seconds) =>
      this.#events.emit("firstFrame", { seconds }),
    );
    this.#hls = Hls.isSupported() ? this.#play() : this.#playNatively();
    this.#ticking = setInterval(() => this.#tick(), 1000);
    globalThis.addEventListener("online", this.#onOnline);
  }

  on<K extends keyof LiveSessionEvents>(
    event: K,
    listener: (value: LiveSessionEvents[K]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  get figures(): Figures {
    return this.#counter.read(performance.now() / 1000);
  }

  watchFigures(listener: (figures: Figures) => void): () => void {
    return this.#watchers.on("figures", listener);
  }

  get mode(): SharingMode {
    return this.#sharing.mode;
  }

  setMode(mode: SharingMode): void {
    if (mode === this.mode) return;
    this.#sharing.setMode(mode);
    this.#events.emit("mode", mode);
  }

  get qualities(): readonly Quality[] {
    return this.#qualities;
  }

  get chosenQuality(): number | "auto" {
    return !this.#hls || this.#hls.autoLevelEnabled ? "auto" : this.#hls.loadLevel;
  }

  chooseQuality(index: number | "auto"): void {
    if (this.#hls) this.#hls.nextLevel = index === "auto" ? -1 : index;
  }

  get isLive(): boolean {
    const delay = this.#hls?.latency;
    const target = this.targetDelaySeconds;
    if (!delay || target === null) return true;
    return delay - target < 2 * (this.#hls?.latestLevelDetails?.targetduration ?? 2);
  }

  get targetDelaySeconds(): number | null {
    return this.#hls?.targetLatency ?? null;
  }

  setTargetDelay(seconds: number): void {
    this.#sharing.setTargetDelay(seconds);
  }

  jumpToLive(): void {
    const live = this.#hls?.liveSyncPosition;
    if (typeof live === "number") this.#options.video.currentTime = live;
    // Refused when the page has had no gesture yet: the player's play button says so already.
    this.#options.video.play().catch(() => {});
  }

  seekBehindLive(seconds: number): void {
    const { seekable } = this;
    if (!seekable) return;
    const { startSeconds, liveSeconds } = seekable;
    // The oldest segment is the next to leave the playlist, so it is left a second to be loaded in.
    this.#options.video.currentTime = Math.max(startSeconds + 1, liveSeconds - Math.max(0, seconds));
  }

  get seekable(): { startSeconds: number; liveSeconds: number } | null {
    const start = this.#hls?.latestLevelDetails?.fragmentStart;
    const live = this.#hls?.liveSyncPosition;
    if (start === undefined || typeof live !== "number") return null;
    return { startSeconds: start, liveSeconds: live };
  }

  get trouble(): Trouble | null {
    return this.#healing.trouble;
  }

  destroy(): void {
    clearInterval(this.#ticking);
    this.#healing.destroy();
    globalThis.removeEventListener("online", this.#onOnline);
    this.#stopWatching();
    if (this.#hls) this.#hls.destroy();
    else this.#stopNatively();
    this.#events.emit("destroyed", null);
    this.#events.clear();
    this.#watchers.clear();
  }

  #play(): Hls {
    const hls = new Hls({
      ...this.#sharing.config,
      manifestLoadPolicy: PLAYLIST_POLICY,
      playlistLoadPolicy: PLAYLIST_POLICY,
      // CMAF needs no remuxing, so a worker would only cost its start.
      enableWorker: false,
    });
    this.#sharing.bind(hls);
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.#qualities = hls.levels.map((level, index) => ({
        index,
        width: level.width,
        height: level.height,
        bitsPerSecond: level.bitrate,
        framesPerSecond: level.frameRate,
      }));
      this.#events.emit("qualities", this.#qualities);
    });
    hls.on(Hls.Events.LEVEL_SWITCHED, (_event, { level }) => {
      const quality = this.#qualities[level];
      if (quality) this.#events.emit("quality", quality);
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => this.#healing.healed());
    hls.on(Hls.Events.ERROR, (_event, error) => this.#onError(hls, error));
    hls.loadSource(this.#options.hls);
    hls.attachMedia(this.#options.video);
    return hls;
  }

  /** Without Media Source Extensions (an old iPhone) the system may still play, unshared. */
  #playNatively(): null {
    const { video, hls } = this.#options;
    if (video.canPlayType("application/vnd.apple.mpegurl")) video.src = hls;
    // Not before the page has had the chance to listen.
    else queueMicrotask(() => this.#healing.ails("unsupported", "No Media Source Extensions"));
    return null;
  }

  #stopNatively(): void {
    this.#options.video.removeAttribute("src");
    this.#options.video.load();
  }

  #onError(hls: Hls, error: ErrorData): void {
    if (!error.fatal) return;
    const { kind, remedy, detail } = diagnose(error, navigator.onLine);
    if (remedy === "none") {
      this.#healing.ails(kind, detail);
      return;
    }
    this.#healing.retryLater(kind, detail, () => {
      if (remedy === "restart-decoder") hls.recoverMediaError();
      else if (hls.levels.length === 0) hls.loadSource(this.#options.hls);
      else hls.startLoad();
    });
  }

  #onCdn(outcome: "works" | CdnError): void {
    if (outcome === "works") {
      this.#segmentFailures = 0;
      return;
    }
    this.#segmentFailures += 1;
    if (this.#segmentFailures < FAILURES_TO_TELL) return;
    this.#healing.ails(navigator.onLine ? "cdn-failing" : "offline", outcome.message);
  }

  readonly #onOnline = (): void => this.#healing.retryNow();

  #tick(): void {
    const { video } = this.#options;
    const delay = this.#hls && this.#hls.latency > 0 ? this.#hls.latency : null;
    const bufferSeconds = secondsBuffered(video);
    this.#counter.playback(delay, bufferSeconds);
    // hls.js waits for the line to come back without a word, so an empty buffer has to speak.
    if (!navigator.onLine && bufferSeconds < LEAST_BUFFER_SECONDS && this.trouble === null) {
      this.#healing.ails("offline", "The browser has no network and the buffer ran out");
    }
    this.#watchers.emit("figures", this.figures);
    if (this.isLive === this.#wasLive) return;
    this.#wasLive = this.isLive;
    this.#events.emit("live", this.#wasLive);
  }
}
