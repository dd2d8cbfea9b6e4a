/** Stands in for hls.js: records calls, and emits a test's events. */

import { Events, type HlsConfig } from "hls.js";
import type { FakeMedia } from "./media.ts";

class AbrController {
  readonly hls: FakeHls;
  #level = 0;

  constructor(hls: FakeHls) {
    this.hls = hls;
  }

  get nextAutoLevel(): number {
    return this.#level;
  }

  set nextAutoLevel(level: number) {
    this.#level = level;
  }
}

/** Stands in for hls.js's own loader, which never answers here. */
export class PlainLoader {
  static asked: string[] = [];
  stats = { loaded: 0 };
  load({ url }: { url: string }): void {
    PlainLoader.asked.push(url);
  }
  abort(): void {}
  destroy(): void {}
}

export class FakeHls {
  static readonly Events = Events;
  static readonly DefaultConfig = { abrController: AbrController, loader: PlainLoader };
  static isSupported = () => true;
  /** The latest instance. */
  static last: FakeHls;

  readonly config: HlsConfig;
  readonly calls: string[] = [];
  readonly #listeners = new Map<string, ((event: string, data: unknown) => void)[]>();
  url: string | null = null;
  media: FakeMedia | null = null;
  levels: object[] = [];
  audioTracks: object[] = [];
  allAudioTracks: object[] = [];
  latency = 0;
  targetLatency: number | null = null;
  liveSyncPosition: number | null = null;
  loadLevel = -1;
  nextLevel = -1;
  autoLevelEnabled = true;
  latestLevelDetails: object | null = null;
  mainForwardBufferInfo: { len: number } | null = null;

  constructor(config: Partial<HlsConfig>) {
    this.config = { loader: PlainLoader, ...config } as unknown as HlsConfig;
    FakeHls.last = this;
  }

  on(event: string, listener: (event: string, data: unknown) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  emit(event: string, data: unknown = {}): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(event, data);
  }

  trigger(event: string, data: unknown): void {
    this.calls.push(`trigger ${event}`);
    this.emit(event, data);
  }

  loadSource(url: string): void {
    this.url = url;
    this.calls.push(`load ${url}`);
  }

  attachMedia(media: FakeMedia): void {
    this.media = media;
    this.emit(Events.MEDIA_ATTACHED, { media });
  }

  detachMedia(): void {
    this.emit(Events.MEDIA_DETACHING);
    this.media = null;
    this.emit(Events.MEDIA_DETACHED);
  }

  startLoad(): void {
    this.calls.push("start");
  }

  recoverMediaError(): void {
    this.calls.push("recover");
    const { media } = this;
    if (!media) return;
    this.detachMedia();
    media.emit("pause");
    this.attachMedia(media);
  }

  destroy(): void {
    this.emit(Events.DESTROYING);
    this.calls.push("destroy");
  }

  /** A video rendition as hls.js describes it. */
  static level(uri: string, bitrate: number) {
    const attributes = { decimalInteger: () => bitrate + 1, "FRAME-RATE": "30.000", "VIDEO-RANGE": "SDR" };
    return { uri, bitrate, width: 640, height: 360, frameRate: 30, videoCodec: "avc1", attrs: attributes };
  }

  /** A playlist of two-second segments. */
  static details(first: number, count: number, live = true) {
    const fragments = Array.from({ length: count }, (_, index) => ({
      url: `https://cdn.test/v0/${first + index}.m4s`,
      sn: first + index,
      start: (first + index) * 2,
      end: (first + index) * 2 + 2,
      byteRange: [],
      tagList: [],
    }));
    return { live, fragments, fragmentStart: first * 2, targetduration: 2 };
  }
}
