// A publisher on the air: its H.264 and AAC decoded, brought to the ladder's size and sound, each in its time.

import type { Frame } from "node-av/lib";
import type { AudioRendition, VideoRendition } from "../encoder-settings.ts";
import type { AudioTag, VideoTag } from "../ingest/tags.ts";
import { AudioDecoder } from "./audio-decoder.ts";
import type { Sound } from "./audio-track.ts";
import { PictureFitter } from "./picture-fitter.ts";
import { type Anchor, anchorFor } from "./playout.ts";
import { SoundBuffer } from "./sound-buffer.ts";
import { allocatePicture, pictureOf, type Source } from "./source.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** What comes in, as far as it is known. */
export interface PublisherInput {
  readonly video: { readonly width: number; readonly height: number } | null;
  readonly audio: { readonly sampleRate: number; readonly channels: number } | null;
}

/** How long a publisher that sends sound is given to send a picture too, before it goes on the air without one. */
const PICTURE_PATIENCE_SECONDS = 1;

interface DuePicture {
  readonly dueSeconds: number;
  readonly frame: Frame;
}

export class PublisherSource implements Source {
  readonly #fitter: PictureFitter;
  readonly #sound: SoundBuffer;
  readonly #video = new VideoDecoder();
  readonly #audio: AudioDecoder;
  #shown: Frame;
  #waiting: DuePicture[] = [];
  #anchor: Anchor | null = null;
  #firstDue: number | null = null;
  #firstPictureDue: number | null = null;

  constructor(top: VideoRendition, audio: AudioRendition) {
    this.#fitter = new PictureFitter(top.width, top.height);
    this.#sound = new SoundBuffer(audio.channels, audio.sampleRate);
    this.#audio = new AudioDecoder(audio);
    this.#shown = blackPicture(top.width, top.height);
  }

  get input(): PublisherInput {
    return { video: this.#video.size, audio: this.#audio.input };
  }

  /** Whether what it sent is due: its picture, or, when it seems to have none, its sound. */
  isReady(epochSeconds: number): boolean {
    if (this.#firstPictureDue !== null) return epochSeconds >= this.#firstPictureDue;
    return this.#firstDue !== null && epochSeconds >= this.#firstDue + PICTURE_PATIENCE_SECONDS;
  }

  /** Takes a video tag that arrives now. */
  async takeVideo(tag: VideoTag, timestampSeconds: number, nowSeconds: number): Promise<void> {
    if (tag.kind === "configuration") await this.#video.configure(tag.data);
    if (tag.kind !== "picture") return;
    const anchor = this.#place(timestampSeconds, nowSeconds);
    for (const { frame, seconds } of await this.#video.decode(tag, timestampSeconds)) {
      const dueSeconds = seconds + anchor;
      this.#firstPictureDue ??= dueSeconds;
      this.#waiting.push({ dueSeconds, frame });
    }
  }

  /** Takes an audio tag that arrives now. */
  async takeAudio(tag: AudioTag, timestampSeconds: number, nowSeconds: number): Promise<void> {
    if (tag.kind === "configuration") await this.#audio.configure(tag.data);
    if (tag.kind !== "sound") return;
    const anchor = this.#place(timestampSeconds, nowSeconds);
    const samples = await this.#audio.decode(tag.data);
    if (samples) this.#sound.write(timestampSeconds + anchor, samples);
  }

  /** The newest picture that is due; the one before it goes on standing while there is none. */
  async picture(epochSeconds: number): Promise<Frame> {
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

  readonly sound: Sound = (firstSample, channels) => this.#sound.read(firstSample, channels);

  /** Frees the decoders. Its last picture can still be shown. */
  close(): void {
    for (const { frame } of this.#waiting) frame.free();
    this.#waiting = [];
    this.#video.close();
    this.#audio.close();
  }

  #place(timestampSeconds: number, nowSeconds: number): Anchor {
    const anchor = anchorFor(this.#anchor, timestampSeconds, nowSeconds);
    if (this.#anchor !== null && anchor < this.#anchor) {
      // The publisher's clock jumped: what waits on the old one comes after what is due on the new.
      this.#waiting.length = 0;
    }
    this.#anchor = anchor;
    this.#firstDue ??= timestampSeconds + anchor;
    return anchor;
  }
}

function blackPicture(width: number, height: number): Frame {
  const frame = allocatePicture(width, height);
  const [luma, blue, red] = pictureOf(frame).planes;
  luma.fill(16);
  blue.fill(128);
  red.fill(128);
  return frame;
}
