/**
 * A live stream in a video element: hls.js plays, hls-sharing.ts provides the segments, and errors are recovered from.
 * web/playback/ may import web/sharing, types of web/policy and functions/, and hls.js; web/engine is loaded on demand.
 */

import Hls, { type ErrorData } from "hls.js";
import { diagnose } from "./diagnosis.ts";
import { loaderWithEarly } from "./early-loader.ts";
import { Emitter } from "./emitter.ts";
import { HlsSharing } from "./hls/hls-sharing.ts";
import { qualitiesOf } from "./hls/renditions.ts";
import { isAtLive, positionBehindLive, type SeekableWindow } from "./live-position.ts";
import { secondsBuffered } from "./playhead/buffered.ts";
import { playOnAfterReset } from "./playhead/play-on-after-reset.ts";
import { watchPlayback } from "./playhead/playback-watch.ts";
import { Recovery } from "./recovery.ts";
import type {
  LiveSession,
  LiveSessionEvents,
  LiveSessionOptions,
  PlaybackError,
  Quality,
  SharingMode,
} from "./session.ts";
import type { CdnError } from "./shell/cdn-fetch.ts";
import type { SharingObserver } from "./shell/sharing-observer.ts";
import { type Stats, StatsCounter } from "./stats.ts";
import { playBySystem } from "./system-player.ts";
import type { Tickets } from "./tickets.ts";

/**
 * Retried soon and often, since a live playlist is out of date within seconds. After that, Recovery retries more
 * slowly. Once the CDN is back, playback waits for both the video and the audio playlist, and hls.js counts the
 * failures of both together.
 */
const PLAYLIST_POLICY = {
  default: {
    maxTimeToFirstByteMs: 4_000,
    maxLoadTimeMs: 8_000,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 12, retryDelayMs: 500, maxRetryDelayMs: 1_000 },
  },
};

/** A single failed segment is retried without a word; two in a row are reported. */
const FAILURES_TO_REPORT = 2;

/** With less than this, the video stalls before the next tick. */
const LEAST_BUFFER_SECONDS = 1;

/** Starts playing at once. Never throws because of the stream: problems are reported as `error` events. */
export function createLiveSession(options: LiveSessionOptions): LiveSession {
  return new HlsLiveSession(options);
}

class HlsLiveSession implements LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #events = new Emitter<LiveSessionEvents>();
  readonly #watchers = new Emitter<{ stats: Stats }>();
  readonly #counter = new StatsCounter();
  readonly #sharing: HlsSharing;
  readonly #hls: Hls | null;
  readonly #stopWatching: () => void;
  readonly #ticking: ReturnType<typeof setInterval>;
  readonly #recovery = new Recovery(() => this.#events.emit("error", this.error));
  #observer: SharingObserver | undefined;
  #qualities: readonly Quality[] = [];
  #segmentFailures = 0;
  #wasLive = true;
  #stopNatively = () => {};
  readonly #stopListening: () => void;

  constructor(options: LiveSessionOptions) {
    this.#options = options;
    this.#sharing = new HlsSharing(Hls, {
      channel: options.channel,
      trackers: options.trackers,
      stunServers: options.stunServers,
      ...(options.tickets && { tickets: options.tickets }),
      mode: options.mode,
      signatures: options.signatures,
      sharesUnsigned: options.sharesUnsigned,
      sharingAbove: options.sharingAbove ?? 0,
      delaySeconds: options.delaySeconds ?? null,
      stats: this.#counter,
      onHandled: (handled) => this.#observer?.(handled),
      onCdn: (outcome) => this.#onCdn(outcome),
      onSegment: (rendition, sequence, source) =>
        this.#events.emit("segment", { rendition, sequence, source }),
    });
    this.#stopWatching = watchPlayback(options.video, this.#counter, (seconds) =>
      this.#events.emit("firstFrame", { seconds }),
    );
    this.#hls = Hls.isSupported() ? this.#play() : this.#playNatively();
    const { tickets } = options;
    this.#stopListening = tickets?.onChange(() => this.#ticketsChanged(tickets.refusal)) ?? (() => {});
    this.#ticking = setInterval(() => this.#tick(), 1000);
    globalThis.addEventListener("online", this.#onOnline);
  }

  on<K extends keyof LiveSessionEvents>(
    event: K,
    listener: (value: LiveSessionEvents[K]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  observe(observer: SharingObserver): void {
    this.#observer = observer;
  }

  get stats(): Stats {
    return this.#counter.read(performance.now() / 1000);
  }

  watchStats(listener: (stats: Stats) => void): () => void {
    return this.#watchers.on("stats", listener);
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
    return isAtLive({
      delaySeconds: this.#hls?.latency,
      targetDelaySeconds: this.targetDelaySeconds,
      segmentSeconds: this.#hls?.latestLevelDetails?.targetduration,
    });
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
    // Rejected if the viewer hasn't interacted with the page yet; the play button already shows that.
    this.#options.video.play().catch(() => {});
  }

  seekBehindLive(seconds: number): void {
    const { seekable } = this;
    if (seekable) this.#options.video.currentTime = positionBehindLive(seekable, seconds);
  }

  get seekable(): SeekableWindow | null {
    const start = this.#hls?.latestLevelDetails?.fragmentStart;
    const live = this.#hls?.liveSyncPosition;
    if (start === undefined || typeof live !== "number") return null;
    return { startSeconds: start, liveSeconds: live };
  }

  get error(): PlaybackError | null {
    const { error } = this.#recovery;
    const reason = error?.kind === "ticket-refused" ? this.#options.tickets?.refusal : null;
    return error && reason ? { ...error, reason } : error;
  }

  destroy(): void {
    clearInterval(this.#ticking);
    this.#recovery.destroy();
    this.#stopListening();
    globalThis.removeEventListener("online", this.#onOnline);
    this.#stopWatching();
    this.#hls?.destroy();
    this.#stopNatively();
    this.#events.emit("destroyed", null);
    this.#events.clear();
    this.#watchers.clear();
  }

  #play(): Hls {
    const { playlists } = this.#options;
    const hls = new Hls({
      ...this.#sharing.config,
      ...(playlists && { loader: loaderWithEarly(Hls.DefaultConfig.loader, playlists) }),
      manifestLoadPolicy: PLAYLIST_POLICY,
      playlistLoadPolicy: PLAYLIST_POLICY,
      // CMAF needs no remuxing, so a worker would only delay the start.
      enableWorker: false,
      startFragPrefetch: true,
    });
    this.#sharing.bind(hls);
    playOnAfterReset(hls, this.#options.video);
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.#qualities = qualitiesOf(hls);
      this.#events.emit("qualities", this.#qualities);
    });
    hls.on(Hls.Events.LEVEL_SWITCHED, (_event, { level }) => {
      const quality = this.#qualities[level];
      if (quality) this.#events.emit("quality", quality);
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => this.#recovery.recovered());
    hls.on(Hls.Events.ERROR, (_event, error) => this.#onError(hls, error));
    hls.loadSource(this.#options.hls);
    hls.attachMedia(this.#options.video);
    return hls;
  }

  /** Without Media Source Extensions (as on old iPhones) the system may still play HLS, without sharing. */
  #playNatively(): null {
    const { video, hls, tickets } = this.#options;
    if (video.canPlayType("application/vnd.apple.mpegurl")) {
      const onRefused = (error: unknown) => this.#recovery.report("ticket-refused", String(error));
      this.#stopNatively = playBySystem(video, hls, tickets, onRefused);
    }
    // Deferred so that the page can add its listeners first.
    else queueMicrotask(() => this.#recovery.report("unsupported", "No Media Source Extensions"));
    return null;
  }

  #onError(hls: Hls, error: ErrorData): void {
    if (!error.fatal) return;
    const { kind, remedy, detail } = diagnose(error, navigator.onLine);
    if (remedy === "none") {
      this.#recovery.report(kind, detail);
      return;
    }
    this.#recovery.retryLater(kind, detail, () => {
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
    if (this.#segmentFailures < FAILURES_TO_REPORT) return;
    this.#recovery.report(navigator.onLine ? "cdn-failing" : "offline", outcome.message);
  }

  /** The viewer may not watch any more, or may again. */
  #ticketsChanged(refusal: Tickets["refusal"]): void {
    if (refusal) this.#recovery.report("ticket-refused", `No ticket: ${refusal}`);
    else this.#recovery.retryNow();
  }

  readonly #onOnline = (): void => this.#recovery.retryNow();

  #tick(): void {
    const { video } = this.#options;
    const delay = this.#hls && this.#hls.latency > 0 ? this.#hls.latency : null;
    const bufferSeconds = secondsBuffered(video);
    this.#counter.playback(delay, bufferSeconds);
    // While offline hls.js waits without reporting anything, so the empty buffer is reported here.
    if (!navigator.onLine && bufferSeconds < LEAST_BUFFER_SECONDS && this.error === null) {
      this.#recovery.report("offline", "The browser has no network and the buffer ran out");
    }
    this.#watchers.emit("stats", this.stats);
    if (this.isLive === this.#wasLive) return;
    this.#wasLive = this.isLive;
    this.#events.emit("live", this.#wasLive);
  }
}
