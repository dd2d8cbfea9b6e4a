/** Decodes a publisher's H.264. */

import { AV_CODEC_ID_H264 } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational } from "node-av/lib";
import type { VideoTag } from "../ingest/tags.ts";

type FrameTag = Extract<VideoTag, { kind: "frame" }>;

interface TimedFrame {
  readonly frame: Frame;
  /** On the publisher's clock. */
  readonly seconds: number;
}

/** RTMP counts in milliseconds. */
const TICKS_PER_SECOND = 1000;

export class VideoDecoder {
  #decoder: CodecContext | null = null;
  #configuration: Buffer | null = null;
  #needsKeyframe = true;
  #size: { readonly width: number; readonly height: number } | null = null;
  readonly #packet = new Packet();

  constructor() {
    this.#packet.alloc();
  }

  /** The video's size; null until a frame has been decoded. */
  get size(): { readonly width: number; readonly height: number } | null {
    return this.#size;
  }

  /** Sets up the decoder. Some publishers repeat their configuration; a repetition changes nothing. */
  async configure(configuration: Buffer): Promise<void> {
    if (this.#decoder && this.#configuration?.equals(configuration)) return;
    this.close();
    this.#configuration = Buffer.from(configuration);
    const codec = Codec.findDecoder(AV_CODEC_ID_H264);
    if (!codec) throw new Error("This FFmpeg has no H.264 decoder");
    const decoder = new CodecContext();
    decoder.allocContext3(codec);
    decoder.extraData = this.#configuration;
    decoder.pktTimebase = new Rational(1, TICKS_PER_SECOND);
    // Each further thread would delay the output by a frame; one core decodes 1080p at 60 frames a second.
    decoder.threadCount = 1;
    FFmpegError.throwIfError(await decoder.open2(codec, null), "open the H.264 decoder");
    this.#decoder = decoder;
    this.#needsKeyframe = true;
  }

  /** Decodes one tag. Like a player, skips what can't be decoded, up to the next keyframe. */
  async decode(tag: FrameTag, timestampSeconds: number): Promise<TimedFrame[]> {
    const decoder = this.#decoder;
    if (!decoder || (this.#needsKeyframe && !tag.isKeyframe)) return [];
    const packet = this.#packet;
    const decodingTime = Math.round(timestampSeconds * TICKS_PER_SECOND);
    packet.data = tag.data;
    packet.dts = BigInt(decodingTime);
    packet.pts = BigInt(decodingTime + tag.compositionMilliseconds);
    packet.isKeyframe = tag.isKeyframe;
    const sent = await decoder.sendPacket(packet);
    packet.unref();
    this.#needsKeyframe = sent < 0;
    return sent < 0 ? [] : this.#collect(decoder);
  }

  close(): void {
    this.#decoder?.freeContext();
    this.#decoder = null;
  }

  async #collect(decoder: CodecContext): Promise<TimedFrame[]> {
    const frames: TimedFrame[] = [];
    for (;;) {
      const frame = new Frame();
      frame.alloc();
      if ((await decoder.receiveFrame(frame)) < 0) {
        frame.free();
        return frames;
      }
      this.#size = { width: frame.width, height: frame.height };
      frames.push({ frame, seconds: Number(frame.bestEffortTimestamp) / TICKS_PER_SECOND });
    }
  }
}
