/** Scales video frames of any size and shape into the ladder's, undistorted, with black bars where needed. */

import { AV_PIX_FMT_YUV420P, type AVPixelFormat, SWS_BILINEAR } from "node-av/constants";
import { FFmpegError, type Frame, SoftwareScaleContext } from "node-av/lib";
import { pasteFitted, type Size, sizeWithin } from "../yuv-frame.ts";
import { allocateVideoFrame, planesOf } from "./source.ts";

export class FrameFitter {
  readonly #size: Size;
  #shape = "";
  #scaler: SoftwareScaleContext | null = null;
  #scaled: Frame;
  readonly #fitted: Frame;

  constructor(width: number, height: number) {
    this.#size = { width, height };
    this.#scaled = allocateVideoFrame(width, height);
    this.#fitted = allocateVideoFrame(width, height);
  }

  /** Returns the frame in the ladder's size. The next call overwrites what was returned. */
  async fit(frame: Frame): Promise<Frame> {
    const scaler = this.#scalerFor(frame);
    FFmpegError.throwIfError(this.#scaled.makeWritable(), "reuse a video frame");
    FFmpegError.throwIfError(await scaler.scaleFrame(this.#scaled, frame), "scale a video frame");
    if (this.#scaled.width === this.#size.width && this.#scaled.height === this.#size.height)
      return this.#scaled;
    pasteFitted(planesOf(this.#scaled), planesOf(this.#fitted));
    return this.#fitted;
  }

  #scalerFor(frame: Frame): SoftwareScaleContext {
    const { width, height, sampleAspectRatio, format } = frame;
    const shape = [width, height, sampleAspectRatio.num, sampleAspectRatio.den, format].join();
    if (this.#scaler && shape === this.#shape) return this.#scaler;
    const stretch = sampleAspectRatio.num > 0 ? sampleAspectRatio.num / sampleAspectRatio.den : 1;
    const fitted = sizeWithin({ width: width * stretch, height }, this.#size);
    this.#scaler?.freeContext();
    this.#scaled.free();
    this.#scaled = allocateVideoFrame(fitted.width, fitted.height);
    this.#scaler = new SoftwareScaleContext();
    this.#scaler.getContext(
      width,
      height,
      format as AVPixelFormat,
      fitted.width,
      fitted.height,
      AV_PIX_FMT_YUV420P,
      SWS_BILINEAR,
    );
    this.#shape = shape;
    return this.#scaler;
  }
}
