/**
 * A publisher as a source: decodes its H.264 and AAC, converts both to the ladder's formats, and gives each when due.
 */

import type { Frame } from "node-av/lib";
import type { AudioFormat, VideoFormat } from "../../encoded-stream.ts";
import type { AudioTag, VideoTag } from "../ingest/tags.ts";
import { AudioBuffer } from "./audio-buffer.ts";
import { AudioDecoder } from "./audio-decoder.ts";
import type { AudioReader } from "./audio-track.ts";
import { FrameFitter } from "./frame-fitter.ts";
import { type AudioLevel, LevelMeter } from "./level-meter.ts";
import { type Anchor, anchorFor } from "./playout.ts";
import { allocateVideoFrame, planesOf, type Source } from "./source.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** The publisher's formats; null while nothing has been decoded. */
export interface PublisherInput {
  readonly video: { readonly width: number; readonly height: number } | null;
  readonly audio: { readonly sampleRate: number; readonly channels: number } | null;
}

/** How long a publisher that sends audio may take to send video too, before it goes on the air without video. */
const VIDEO_PATIENCE_SECONDS = 1;

interface DueFrame {
  readonly dueSeconds: number;
  readonly frame: Frame;
}

export class PublisherSource implements Source {
  readonly #fitter: FrameFitter;
  readonly #audioBuffer: AudioBuffer;
  readonly #video = new VideoDecoder();
  readonly #audio: AudioDecoder;
  readonly #levels: LevelMeter;
  readonly #onLevel: (level: AudioLevel) => void;
  #shown: Frame;
  #waiting: DueFrame[] = [];
  #anchor: Anchor | null = null;
  #firstDue: number | null = null;
  #firstVideoDue: number | null = null;

  constructor(top: VideoFormat, audio: AudioFormat, onLevel: (level: AudioLevel) => void) {
    this.#levels = new LevelMeter(audio.sampleRate);
    this.#onLevel = onLevel;
    this.#fitter = new FrameFitter(top.width, top.height);
    this.#audioBuffer = new AudioBuffer(audio.channels, audio.sampleRate);
    this.#audio = new AudioDecoder(audio);
    this.#shown = blackFrame(top.width, top.height);
  }

  get input(): PublisherInput {
    return { video: this.#video.size, audio: this.#audio.input };
  }

  /** Whether its media is due: its video, or its audio if it seems to have no video. */
  isReady(epochSeconds: number): boolean {
    if (this.#firstVideoDue !== null) return epochSeconds >= this.#firstVideoDue;
    return this.#firstDue !== null && epochSeconds >= this.#firstDue + VIDEO_PATIENCE_SECONDS;
  }

  /** Takes a video tag that arrives now. */
  async takeVideo(tag: VideoTag, timestampSeconds: number, nowSeconds: number): Promise<void> {
    if (tag.kind === "configuration") await this.#video.configure(tag.data);
    if (tag.kind !== "frame") return;
    const anchor = this.#anchorOf(timestampSeconds, nowSeconds);
    for (const { frame, seconds } of await this.#video.decode(tag, timestampSeconds)) {
      const dueSeconds = seconds + anchor;
      this.#firstVideoDue ??= dueSeconds;
      this.#waiting.push({ dueSeconds, frame });
    }
  }

  /** Takes an audio tag that arrives now. */
  async takeAudio(tag: AudioTag, timestampSeconds: number, nowSeconds: number): Promise<void> {
    if (tag.kind === "configuration") await this.#audio.configure(tag.data);
    if (tag.kind !== "frame") return;
    const anchor = this.#anchorOf(timestampSeconds, nowSeconds);
    const samples = await this.#audio.decode(tag.data);
    if (!samples) return;
    const level = this.#levels.take(samples);
    if (level) this.#onLevel(level);
    this.#audioBuffer.write(timestampSeconds + anchor, samples);
  }

  /** The newest video frame that is due; the last one while no other is. */
  async videoAt(epochSeconds: number): Promise<Frame> {
    let newest: Frame | null = null;
    while (this.#waiting[0] && this.#waiting[0].dueSeconds <= epochSeconds) {
      newest?.free();
      newest = this.#waiting.shift()?.frame ?? null;
    }
    if (newest) {
      this.#shown = await this.#fitter.fit(newest);
      newest.free();
    }
    return this.#shown;
  }

  readonly readAudio: AudioReader = (firstSample, channels) => this.#audioBuffer.read(firstSample, channels);

  /** Frees the decoders. The last video frame can still be shown. */
  close(): void {
    for (const { frame } of this.#waiting) frame.free();
    this.#waiting = [];
    this.#video.close();
    this.#audio.close();
  }

  #anchorOf(timestampSeconds: number, nowSeconds: number): Anchor {
    const anchor = anchorFor(this.#anchor, timestampSeconds, nowSeconds);
    if (this.#anchor !== null && anchor < this.#anchor) {
      // The publisher's clock jumped: frames that wait by the old anchor would come after those of the new one.
      this.#waiting.length = 0;
    }
    this.#anchor = anchor;
    this.#firstDue ??= timestampSeconds + anchor;
    return anchor;
  }
}

function blackFrame(width: number, height: number): Frame {
  const frame = allocateVideoFrame(width, height);
  const [luma, blue, red] = planesOf(frame).planes;
  luma.fill(16);
  blue.fill(128);
  red.fill(128);
  return frame;
}
