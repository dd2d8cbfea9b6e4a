/** Decodes a publisher's AAC and resamples it to the channel's sample rate and number of channels. */

import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_ID_AAC,
  AV_SAMPLE_FMT_FLTP,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet, SoftwareResampleContext } from "node-av/lib";
import type { AudioFormat } from "../../encoded-stream.ts";

interface AudioInput {
  readonly sampleRate: number;
  readonly channels: number;
}

export class AudioDecoder {
  readonly #rendition: AudioFormat;
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  #decoder: CodecContext | null = null;
  #configuration: Buffer | null = null;
  #resampler: SoftwareResampleContext | null = null;
  #input: AudioInput | null = null;

  constructor(rendition: AudioFormat) {
    this.#rendition = rendition;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** The publisher's format; null until a frame has been decoded. */
  get input(): AudioInput | null {
    return this.#input;
  }

  /** Sets up the decoder. Some publishers repeat their configuration; a repetition changes nothing. */
  async configure(configuration: Buffer): Promise<void> {
    if (this.#decoder && this.#configuration?.equals(configuration)) return;
    this.close();
    this.#configuration = Buffer.from(configuration);
    const codec = Codec.findDecoder(AV_CODEC_ID_AAC);
    if (!codec) throw new Error("This FFmpeg has no AAC decoder");
    const decoder = new CodecContext();
    decoder.allocContext3(codec);
    // Without one, each frame says by its own header (ADTS) how to decode it.
    if (configuration.length > 0) decoder.extraData = this.#configuration;
    FFmpegError.throwIfError(await decoder.open2(codec, null), "open the AAC decoder");
    this.#decoder = decoder;
  }

  /** Decodes one AAC frame into samples of every channel; null when it holds none. */
  async decode(data: Buffer): Promise<Float32Array[] | null> {
    const decoder = this.#decoder;
    if (!decoder) return null;
    this.#packet.data = data;
    const sent = await decoder.sendPacket(this.#packet);
    this.#packet.unref();
    if (sent < 0 || (await decoder.receiveFrame(this.#frame)) < 0) return null;
    const samples = this.#resample(this.#frame);
    this.#frame.unref();
    return samples;
  }

  close(): void {
    this.#decoder?.freeContext();
    this.#decoder = null;
    this.#resampler?.free();
    this.#resampler = null;
    this.#input = null;
  }

  #resample(frame: Frame): Float32Array[] {
    const { sampleRate, channels } = this.#rendition;
    const resampler = this.#resamplerFor(frame);
    const capacity = resampler.getOutSamples(frame.nbSamples);
    const output = Array.from({ length: channels }, () => Buffer.alloc(capacity * 4));
    const made = resampler.convertSync(output, capacity, frame.extendedData, frame.nbSamples);
    FFmpegError.throwIfError(made, `resample to ${sampleRate} Hz`);
    return output.map((bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, made));
  }

  #resamplerFor(frame: Frame): SoftwareResampleContext {
    const { sampleRate, channels } = frame;
    if (this.#resampler && this.#input?.sampleRate === sampleRate && this.#input.channels === channels) {
      return this.#resampler;
    }
    this.#resampler?.free();
    const resampler = new SoftwareResampleContext();
    const layout = this.#rendition.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    const format = frame.format as typeof AV_SAMPLE_FMT_FLTP;
    FFmpegError.throwIfError(
      resampler.allocSetOpts2(
        layout,
        AV_SAMPLE_FMT_FLTP,
        this.#rendition.sampleRate,
        frame.channelLayout,
        format,
        sampleRate,
      ),
      "set the resampler up",
    );
    FFmpegError.throwIfError(resampler.init(), "open the resampler");
    this.#resampler = resampler;
    this.#input = { sampleRate, channels };
    return resampler;
  }
}
