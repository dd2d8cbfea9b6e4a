/** Encodes the channel's audio as AAC and cuts it into fragments that start with the video's. */

import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational } from "node-av/lib";
import type { AudioFormat, Fragment } from "../../encoded-stream.ts";
import { audioFrameTime, firstAudioFrameOf, SAMPLES_PER_AUDIO_FRAME, type Timeline } from "../timeline.ts";
import { FragmentMuxer } from "./fragment-muxer.ts";

/** Fills the channels with samples, -1 to 1, from a sample number on the timeline. */
export type AudioReader = (firstSample: number, channels: readonly Float32Array[]) => void;

export class AudioTrack {
  readonly name: string;
  readonly #timeline: Timeline;
  readonly #encoder: CodecContext;
  readonly #muxer: FragmentMuxer;
  readonly #frame: Frame;
  readonly #packet = new Packet();
  readonly #channels: readonly Float32Array[];
  #segment: number;
  #nextFrame: number;

  private constructor(
    rendition: AudioFormat,
    timeline: Timeline,
    firstSegment: number,
    encoder: CodecContext,
    muxer: FragmentMuxer,
  ) {
    this.name = rendition.name;
    this.#timeline = timeline;
    this.#encoder = encoder;
    this.#muxer = muxer;
    this.#frame = allocateAudioFrame(encoder);
    this.#channels = Array.from(
      { length: rendition.channels },
      () => new Float32Array(SAMPLES_PER_AUDIO_FRAME),
    );
    this.#packet.alloc();
    this.#segment = firstSegment;
    this.#nextFrame = firstAudioFrameOf(timeline, firstSegment);
  }

  static async open(rendition: AudioFormat, timeline: Timeline, firstSegment: number): Promise<AudioTrack> {
    const encoder = await openAac(rendition);
    const muxer = await FragmentMuxer.open(encoder, timeline.sampleRate);
    return new AudioTrack(rendition, timeline, firstSegment, encoder, muxer);
  }

  get initSegment(): Buffer {
    return this.#muxer.initSegment;
  }

  /** Encodes the audio frames that end before this instant; returns the fragments that this completed. */
  async encodeUntil(epochSeconds: number, readAudio: AudioReader): Promise<Fragment[]> {
    const fragments: Fragment[] = [];
    while (audioFrameTime(this.#timeline, this.#nextFrame + 1) <= epochSeconds) {
      const firstSample = this.#nextFrame * SAMPLES_PER_AUDIO_FRAME;
      readAudio(firstSample, this.#channels);
      this.#fill(BigInt(firstSample));
      FFmpegError.throwIfError(await this.#encoder.sendFrame(this.#frame), "encode audio");
      this.#nextFrame += 1;
      fragments.push(...(await this.#collect()));
    }
    return fragments;
  }

  /** Flushes the encoder and frees it; the track can't be used afterwards. */
  async finish(): Promise<Fragment[]> {
    await this.#encoder.sendFrame(null);
    const fragments = await this.#collect();
    this.#muxer.close();
    this.#encoder.freeContext();
    return fragments;
  }

  #fill(pts: bigint): void {
    FFmpegError.throwIfError(this.#frame.makeWritable(), "reuse an audio frame");
    this.#frame.pts = pts;
    this.#channels.forEach((samples, index) => {
      this.#frame.data?.[index]?.set(new Uint8Array(samples.buffer));
    });
  }

  async #collect(): Promise<Fragment[]> {
    const fragments: Fragment[] = [];
    while ((await this.#encoder.receivePacket(this.#packet)) >= 0) {
      const packet = this.#packet;
      // AAC needs a packet of priming, so the encoder's first packet lies before the first samples that it was given.
      const audioFrame = Number(packet.pts) / SAMPLES_PER_AUDIO_FRAME;
      if (audioFrame >= firstAudioFrameOf(this.#timeline, this.#segment)) {
        await this.#muxer.write(packet);
        if (audioFrame + 1 >= firstAudioFrameOf(this.#timeline, this.#segment + 1)) {
          fragments.push(await this.#cut());
        }
      }
      packet.unref();
    }
    return fragments;
  }

  async #cut(): Promise<Fragment> {
    const segment = this.#segment++;
    const first = firstAudioFrameOf(this.#timeline, segment);
    const next = firstAudioFrameOf(this.#timeline, segment + 1);
    return {
      rendition: this.name,
      segment,
      startSeconds: audioFrameTime(this.#timeline, first),
      durationSeconds: audioFrameTime(this.#timeline, next - first),
      bytes: await this.#muxer.cut(),
    };
  }
}

async function openAac(rendition: AudioFormat): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(FF_ENCODER_AAC);
  if (!codec) throw new Error("This FFmpeg has no AAC encoder");
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
  encoder.sampleRate = rendition.sampleRate;
  encoder.channelLayout = rendition.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
  encoder.bitRate = BigInt(rendition.bitsPerSecond);
  encoder.timeBase = new Rational(1, rendition.sampleRate);
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  FFmpegError.throwIfError(await encoder.open2(codec, null), "open the AAC encoder");
  return encoder;
}

function allocateAudioFrame(encoder: CodecContext): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.sampleRate = encoder.sampleRate;
  frame.channelLayout = encoder.channelLayout;
  frame.nbSamples = SAMPLES_PER_AUDIO_FRAME;
  FFmpegError.throwIfError(frame.allocBuffer(), "allocate an audio frame");
  return frame;
}
