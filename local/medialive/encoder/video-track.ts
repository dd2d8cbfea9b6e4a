/** Encodes one video rendition with x264 and cuts it into fragments. */

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCHROMA_LOC_LEFT,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  FF_ENCODER_LIBX264,
  SWS_BILINEAR,
} from "node-av/constants";
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  type Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
} from "node-av/lib";
import type { Fragment } from "../../encoded-stream.ts";
import type { VideoRendition } from "../encoder-settings.ts";
import { firstFrameOf, frameTime, segmentOfFrame, segmentSeconds, type Timeline } from "../timeline.ts";
import { FragmentMuxer } from "./fragment-muxer.ts";
import { allocateVideoFrame } from "./source.ts";

/**
 * The whole ladder must be encoded in real time on two cores that also run the viewers: `superfast` takes 40 % of one
 * core for 720p and 360p at 30 frames a second, `veryfast` 50 to 60 %.
 */
const PRESET = "superfast";

/** A rendition of more pixels than this is encoded by two threads, which adds one frame of delay. */
const PIXELS_FOR_ONE_THREAD = 1280 * 720;

/** MediaLive's QVBR quality 7, which AWS advises for 720p, is taken as x264's default quality; a level is 2 points. */
const CRF_AT_QUALITY_7 = 23;

export class VideoTrack {
  readonly name: string;
  readonly #timeline: Timeline;
  readonly #encoder: CodecContext;
  readonly #muxer: FragmentMuxer;
  readonly #scaler: Scaler;
  readonly #packet = new Packet();
  #segment: number | null = null;

  private constructor(
    rendition: VideoRendition,
    timeline: Timeline,
    encoder: CodecContext,
    muxer: FragmentMuxer,
  ) {
    this.name = rendition.name;
    this.#timeline = timeline;
    this.#encoder = encoder;
    this.#muxer = muxer;
    this.#scaler = new Scaler(rendition.width, rendition.height);
    this.#packet.alloc();
  }

  static async open(rendition: VideoRendition, timeline: Timeline): Promise<VideoTrack> {
    const encoder = await openX264(rendition, timeline);
    const muxer = await FragmentMuxer.open(encoder, timeline.videoTimescale);
    return new VideoTrack(rendition, timeline, encoder, muxer);
  }

  get initSegment(): Buffer {
    return this.#muxer.initSegment;
  }

  /** Encodes an image of any size as the frame of this number; returns the fragments that this completed. */
  async encode(image: Frame, frame: number): Promise<Fragment[]> {
    const scaled = await this.#scaler.scale(image);
    scaled.pts = BigInt(frame);
    scaled.pictType = frame % this.#timeline.framesPerGop === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(await this.#encoder.sendFrame(scaled), "encode a video frame");
    return this.#collect();
  }

  /** Flushes the encoder and frees it; the track can't be used afterwards. */
  async finish(): Promise<Fragment[]> {
    await this.#encoder.sendFrame(null);
    const fragments = await this.#collect();
    if (this.#segment !== null) fragments.push(await this.#cut(this.#segment));
    this.#muxer.close();
    this.#encoder.freeContext();
    return fragments;
  }

  async #collect(): Promise<Fragment[]> {
    const fragments: Fragment[] = [];
    while ((await this.#encoder.receivePacket(this.#packet)) >= 0) {
      const packet = this.#packet;
      const segment = segmentOfFrame(this.#timeline, Number(packet.pts));
      // A segment starts with its first frame, a keyframe: B-frames never reach over a closed GOP.
      if (segment !== this.#segment && packet.isKeyframe) {
        if (this.#segment !== null) fragments.push(await this.#cut(this.#segment));
        this.#segment = segment;
      }
      const ticks = BigInt(this.#timeline.ticksPerFrame);
      packet.pts *= ticks;
      packet.dts *= ticks;
      packet.duration = ticks;
      await this.#muxer.write(packet);
      packet.unref();
    }
    return fragments;
  }

  async #cut(segment: number): Promise<Fragment> {
    return {
      rendition: this.name,
      segment,
      startSeconds: frameTime(this.#timeline, firstFrameOf(this.#timeline, segment)),
      durationSeconds: segmentSeconds(this.#timeline),
      bytes: await this.#muxer.cut(),
    };
  }
}

async function openX264(rendition: VideoRendition, timeline: Timeline): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
  if (!codec) throw new Error("This FFmpeg has no x264 encoder");
  const { numerator, denominator } = timeline.frameRate;
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = rendition.width;
  encoder.height = rendition.height;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.sampleAspectRatio = new Rational(1, 1);
  encoder.timeBase = new Rational(denominator, numerator);
  encoder.framerate = new Rational(numerator, denominator);
  encoder.gopSize = timeline.framesPerGop;
  encoder.maxBFrames = rendition.consecutiveBFrames;
  encoder.rcMaxRate = BigInt(rendition.maxBitsPerSecond);
  encoder.rcBufferSize = rendition.maxBitsPerSecond;
  encoder.threadCount = rendition.width * rendition.height > PIXELS_FOR_ONE_THREAD ? 2 : 1;
  encoder.colorRange = AVCOL_RANGE_MPEG;
  encoder.colorPrimaries = AVCOL_PRI_BT709;
  encoder.colorTrc = AVCOL_TRC_BT709;
  encoder.colorSpace = AVCOL_SPC_BT709;
  encoder.chromaLocation = AVCHROMA_LOC_LEFT;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const options = Dictionary.fromObject({
    preset: PRESET,
    profile: rendition.profile,
    crf: CRF_AT_QUALITY_7 + 2 * (7 - rendition.quality),
    "forced-idr": 1,
    // Keyframes only where the timeline wants them, and as little delay as B-frames allow.
    "x264-params": "scenecut=0:b-adapt=0:open-gop=0:rc-lookahead=4:sync-lookahead=0:force-cfr=1",
  });
  FFmpegError.throwIfError(await encoder.open2(codec, options), `open x264 for ${rendition.name}`);
  return encoder;
}

/** Scales images of one size to a rendition's. An image of that size is passed on as it is. */
class Scaler {
  readonly #target: Frame;
  readonly #width: number;
  readonly #height: number;
  #context: SoftwareScaleContext | null = null;

  constructor(width: number, height: number) {
    this.#target = allocateVideoFrame(width, height);
    this.#width = width;
    this.#height = height;
  }

  async scale(image: Frame): Promise<Frame> {
    if (image.width === this.#width && image.height === this.#height) return image;
    if (!this.#context) {
      this.#context = new SoftwareScaleContext();
      this.#context.getContext(
        image.width,
        image.height,
        AV_PIX_FMT_YUV420P,
        this.#width,
        this.#height,
        AV_PIX_FMT_YUV420P,
        SWS_BILINEAR,
      );
    }
    FFmpegError.throwIfError(this.#target.makeWritable(), "reuse a video frame");
    FFmpegError.throwIfError(await this.#context.scaleFrame(this.#target, image), "scale a video frame");
    return this.#target;
  }
}
