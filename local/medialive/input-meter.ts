/** Measures what a publisher sends, a reading a second: as MediaLive's metrics do, and a little more. */

import { type H264Configuration, isIdr, parseConfiguration } from "./ingest/h264.ts";
import type { AudioTag, VideoTag } from "./ingest/tags.ts";

export interface InputReading {
  /** By the frames' own times, so that a burst on the way doesn't look like a faster camera. */
  readonly framesPerSecond: number;
  readonly audioFramesPerSecond: number;
  /** Between the last two keyframes; null before there are two. */
  readonly keyframeSeconds: number | null;
  /** Keyframes of open GOPs. */
  readonly openKeyframes: number;
  /** The newest audio's time less the newest video's; null before there are both. */
  readonly audioAheadSeconds: number | null;
  /** H.264's profile_idc; null before the configuration has come. */
  readonly profile: number | null;
}

export class InputMeter {
  #frames = 0;
  #firstFrameAt: number | null = null;
  #lastFrameAt: number | null = null;
  #audioFrames = 0;
  #lastAudioAt: number | null = null;
  #keyframeAt: number | null = null;
  #keyframeSeconds: number | null = null;
  #openKeyframes = 0;
  #configuration: H264Configuration | null = null;

  /** Another publisher: what the last one sent doesn't count. */
  reset(): void {
    this.#frames = 0;
    this.#firstFrameAt = null;
    this.#lastFrameAt = null;
    this.#audioFrames = 0;
    this.#lastAudioAt = null;
    this.#keyframeAt = null;
    this.#keyframeSeconds = null;
    this.#openKeyframes = 0;
    this.#configuration = null;
  }

  /** `timestamp` is the tag's decoding time in milliseconds. */
  video(tag: VideoTag, timestamp: number): void {
    if (tag.kind === "configuration") this.#configuration = parseConfiguration(tag.data);
    if (tag.kind !== "frame") return;
    this.#frames += 1;
    this.#firstFrameAt ??= timestamp;
    this.#lastFrameAt = timestamp;
    if (!tag.isKeyframe) return;
    if (this.#configuration && !isIdr(tag.data, this.#configuration.lengthBytes)) this.#openKeyframes += 1;
    if (this.#keyframeAt !== null) this.#keyframeSeconds = (timestamp - this.#keyframeAt) / 1000;
    this.#keyframeAt = timestamp;
  }

  /** Likewise. */
  audio(tag: AudioTag, timestamp: number): void {
    if (tag.kind !== "frame") return;
    this.#audioFrames += 1;
    this.#lastAudioAt = timestamp;
  }

  /** What came since the last reading, a second ago. */
  read(): InputReading {
    const spanned = (this.#lastFrameAt ?? 0) - (this.#firstFrameAt ?? 0);
    const [audioAt, videoAt] = [this.#lastAudioAt, this.#lastFrameAt];
    const reading = {
      // The last frame of one reading begins the next, so there is an interval fewer than frames.
      framesPerSecond: spanned > 0 ? ((this.#frames - 1) * 1000) / spanned : 0,
      audioFramesPerSecond: this.#audioFrames,
      keyframeSeconds: this.#keyframeSeconds,
      openKeyframes: this.#openKeyframes,
      audioAheadSeconds: audioAt === null || videoAt === null ? null : (audioAt - videoAt) / 1000,
      profile: this.#configuration?.profile ?? null,
    };
    this.#frames = this.#lastFrameAt === null ? 0 : 1;
    this.#firstFrameAt = this.#lastFrameAt;
    this.#audioFrames = 0;
    this.#openKeyframes = 0;
    return reading;
  }
}
