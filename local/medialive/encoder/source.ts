// What can be on the air: something with a picture and a sound at every instant.

import { AV_PIX_FMT_YUV420P } from "node-av/constants";
import { FFmpegError, Frame } from "node-av/lib";
import type { Picture } from "../picture.ts";
import { TestCard, toneAt } from "../test-card/test-card.ts";
import type { Sound } from "./audio-track.ts";

export interface Source {
  /** The picture at this instant. It may be drawn over by the next call. */
  picture(epochSeconds: number): Frame | Promise<Frame>;
  readonly sound: Sound;
}

export class TestCardSource implements Source {
  readonly #card: TestCard;
  readonly #frame: Frame;
  readonly #sampleRate: number;

  constructor(width: number, height: number, sampleRate: number) {
    this.#card = new TestCard(width, height);
    this.#frame = allocatePicture(width, height);
    this.#sampleRate = sampleRate;
  }

  picture(epochSeconds: number): Frame {
    this.#card.draw(pictureOf(this.#frame), epochSeconds);
    return this.#frame;
  }

  readonly sound: Sound = (firstSample, channels) => {
    for (const samples of channels) {
      for (let index = 0; index < samples.length; index++) {
        samples[index] = toneAt(((firstSample + index) % this.#sampleRate) / this.#sampleRate);
      }
    }
  };
}

/** A frame with memory of FFmpeg's own: node-av's frames over a JavaScript buffer don't keep that buffer alive. */
export function allocatePicture(width: number, height: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.allocBuffer(), "allocate a picture");
  return frame;
}

/** A frame's memory to draw into, valid until the frame is encoded. */
export function pictureOf(frame: Frame): Picture {
  FFmpegError.throwIfError(frame.makeWritable(), "reuse a picture");
  const [luma, blue, red] = frame.data ?? [];
  const [lumaStride, blueStride, redStride] = frame.linesize;
  if (!luma || !blue || !red) throw new Error("A 4:2:0 picture has three planes, this one hasn't");
  return {
    width: frame.width,
    height: frame.height,
    planes: [luma, blue, red],
    strides: [lumaStride ?? 0, blueStride ?? 0, redStride ?? 0],
  };
}
