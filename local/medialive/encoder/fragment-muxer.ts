/** Muxes one track's packets into CMAF fragments, with FFmpeg's MP4 muxer writing to memory. */

import { AVFMT_FLAG_CUSTOM_IO } from "node-av/constants";
import {
  type CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  IOContext,
  type Packet,
} from "node-av/lib";

/**
 * `frag_custom`: a fragment ends when we say so. `frag_discont`: its decode time is its first packet's, not counted
 * from the muxer's own start. `negative_cts_offsets`: a fragment whose first frame is at t starts at t even with
 * B-frames. `skip_trailer`: nothing about past fragments is kept in memory for an index that is never written.
 */
const MOVFLAGS =
  "+frag_custom+empty_moov+default_base_moof+cmaf+frag_discont+negative_cts_offsets+skip_trailer";

export class FragmentMuxer {
  /** What a player needs before any fragment: `ftyp` and `moov`. */
  readonly initSegment: Buffer;
  readonly #context: FormatContext;
  readonly #sink: Sink;

  private constructor(context: FormatContext, sink: Sink) {
    this.#context = context;
    this.#sink = sink;
    this.initSegment = sink.take();
  }

  /** Opens a muxer for one open encoder, whose packets are stamped in this many ticks per second. */
  static async open(encoder: CodecContext, timescale: number): Promise<FragmentMuxer> {
    const sink = new Sink();
    const context = new FormatContext();
    FFmpegError.throwIfError(context.allocOutputContext2(null, "mp4", null), "make an MP4 muxer");
    context.setFlags(AVFMT_FLAG_CUSTOM_IO);
    context.pb = sink.io;
    const stream = context.newStream(null);
    FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), "copy the encoder's parameters");
    const options = { movflags: MOVFLAGS, use_editlist: 0, video_track_timescale: timescale };
    FFmpegError.throwIfError(
      await context.writeHeader(Dictionary.fromObject(options)),
      "write the MP4 header",
    );
    await context.flush();
    if (stream.timeBase.den !== timescale) {
      throw new Error(`The MP4 muxer counts in 1/${stream.timeBase.den} s instead of 1/${timescale} s`);
    }
    return new FragmentMuxer(context, sink);
  }

  async write(packet: Packet): Promise<void> {
    packet.streamIndex = 0;
    FFmpegError.throwIfError(await this.#context.writeFrame(packet), "write a packet");
  }

  /** Ends the fragment and returns its bytes. */
  async cut(): Promise<Buffer> {
    FFmpegError.throwIfError(await this.#context.writeFrame(null), "end a fragment");
    await this.#context.flush();
    return this.#sink.take();
  }

  close(): void {
    // Otherwise the format context frees it too, and the double free crashes.
    this.#context.pb = null;
    this.#context.freeContext();
    this.#sink.io.freeContext();
  }
}

/** Collects what the muxer writes. */
class Sink {
  readonly io = new IOContext();
  #chunks: Buffer[] = [];

  constructor() {
    const write = (chunk: Buffer) => {
      // Copied, because FFmpeg reuses its buffer at once.
      this.#chunks.push(Buffer.from(chunk));
      return chunk.length;
    };
    this.io.allocContextWithCallbacks(64 * 1024, 1, null, write, null);
  }

  take(): Buffer {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return bytes;
  }
}
