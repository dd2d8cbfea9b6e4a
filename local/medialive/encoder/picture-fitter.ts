// Fits pictures of any size and shape into the ladder's, whole and undistorted, with black at the sides where needed.

import { AV_PIX_FMT_YUV420P, type AVPixelFormat, SWS_BILINEAR } from "node-av/constants";
import { FFmpegError, type Frame, SoftwareScaleContext } from "node-av/lib";
import { pasteFitted, type Size, sizeWithin } from "../picture.ts";
import { allocatePicture, pictureOf } from "./source.ts";

export class PictureFitter {
  readonly #size: Size;
  #shape = "";
  #scaler: SoftwareScaleContext | null = null;
  #scaled: Frame;
  readonly #fitted: Frame;

  constructor(width: number, height: number) {
    this.#size = { width, height };
    this.#scaled = allocatePicture(width, height);
    this.#fitted = allocatePicture(width, height);
  }

  /** Gives the picture in the ladder's size. What it gives is drawn over by the next call. */
  async fit(picture: Frame): Promise<Frame> {
    const scaler = this.#scalerFor(picture);
    FFmpegError.throwIfError(this.#scaled.makeWritable(), "reuse a picture");
    FFmpegError.throwIfError(await scaler.scaleFrame(this.#scaled, picture), "scale a picture");
    if (this.#scaled.width === this.#size.width && this.#scaled.height === this.#size.height)
      return this.#scaled;
    pasteFitted(pictureOf(this.#scaled), pictureOf(this.#fitted));
    return this.#fitted;
  }

  #scalerFor(picture: Frame): SoftwareScaleContext {
    const { width, height, sampleAspectRatio, format } = picture;
    const shape = [width, height, sampleAspectRatio.num, sampleAspectRatio.den, format].join();
    if (this.#scaler && shape === this.#shape) return this.#scaler;
    const stretch = sampleAspectRatio.num > 0 ? sampleAspectRatio.num / sampleAspectRatio.den : 1;
    const fitted = sizeWithin({ width: width * stretch, height }, this.#size);
    this.#scaler?.freeContext();
    this.#scaled.free();
    this.#scaled = allocatePicture(fitted.width, fitted.height);
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
