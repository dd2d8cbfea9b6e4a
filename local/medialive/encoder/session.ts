/** An encoding session: all video renditions and the audio, without a break, in whole segments. */

import type { Frame } from "node-av/lib";
import type { EncodedSegment, Fragment, InitSegments } from "../../encoded-stream.ts";
import type { EncoderSettings } from "../encoder-settings.ts";
import { firstFrameOf, frameTime, type Timeline } from "../timeline.ts";
import { type AudioReader, AudioTrack } from "./audio-track.ts";
import { VideoTrack } from "./video-track.ts";

export class EncodingSession {
  readonly #timeline: Timeline;
  readonly #video: readonly VideoTrack[];
  readonly #audio: AudioTrack;
  readonly #unfinished = new Map<number, Map<string, Fragment>>();

  private constructor(timeline: Timeline, video: readonly VideoTrack[], audio: AudioTrack) {
    this.#timeline = timeline;
    this.#video = video;
    this.#audio = audio;
  }

  static async open(
    settings: EncoderSettings,
    timeline: Timeline,
    firstSegment: number,
  ): Promise<EncodingSession> {
    const video = await Promise.all(settings.video.map((rendition) => VideoTrack.open(rendition, timeline)));
    const audio = await AudioTrack.open(settings.audio, timeline, firstSegment);
    return new EncodingSession(timeline, video, audio);
  }

  get initSegments(): InitSegments {
    return new Map([...this.#video, this.#audio].map((track) => [track.name, track.initSegment]));
  }

  /** Encodes a video frame in every rendition; returns the segments that this completed. */
  async encodeVideo(frame: Frame, frameNumber: number): Promise<EncodedSegment[]> {
    const made = await Promise.all(this.#video.map((track) => track.encode(frame, frameNumber)));
    return this.#gather(made.flat());
  }

  /** Encodes the audio up to an instant; returns the segments that this completed. */
  async encodeAudioUntil(epochSeconds: number, readAudio: AudioReader): Promise<EncodedSegment[]> {
    return this.#gather(await this.#audio.encodeUntil(epochSeconds, readAudio));
  }

  /** Completes the segment before this one and frees the encoders; the session can't be used afterwards. */
  async finish(nextSegment: number, readAudio: AudioReader): Promise<EncodedSegment[]> {
    // The last audio frame ends after the segment, and the encoder holds one more back.
    const audioEnd = frameTime(this.#timeline, firstFrameOf(this.#timeline, nextSegment)) + 0.1;
    const last = await this.#audio.encodeUntil(audioEnd, readAudio);
    const rest = await Promise.all([...this.#video, this.#audio].map((track) => track.finish()));
    return this.#gather([...last, ...rest.flat()]);
  }

  /** Keeps fragments until every track has made its part of their segment. */
  #gather(fragments: readonly Fragment[]): EncodedSegment[] {
    const complete: EncodedSegment[] = [];
    for (const fragment of fragments) {
      const parts = this.#unfinished.get(fragment.segment) ?? new Map<string, Fragment>();
      this.#unfinished.set(fragment.segment, parts.set(fragment.rendition, fragment));
      if (parts.size < this.#video.length + 1) continue;
      this.#unfinished.delete(fragment.segment);
      complete.push({ segment: fragment.segment, fragments: parts });
    }
    return complete;
  }
}
