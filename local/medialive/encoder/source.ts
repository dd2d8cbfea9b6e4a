/** What can be on the air: a source of video and audio for every instant. Here, the interface and the test card. */

import { AV_PIX_FMT_YUV420P } from "node-av/constants";
import { FFmpegError, Frame } from "node-av/lib";
import { TestCard, toneAt } from "../test-card/test-card.ts";
import type { YuvFrame } from "../yuv-frame.ts";
import type { AudioReader } from "./audio-track.ts";

export interface Source {
  /** The video frame for this instant. The next call may overwrite it. */
  videoAt(epochSeconds: number): Frame | Promise<Frame>;
  readonly readAudio: AudioReader;
}

export class TestCardSource implements Source {
  readonly #card: TestCard;
  readonly #frame: Frame;
  readonly #sampleRate: number;

  constructor(width: number, height: number, sampleRate: number) {
    this.#card = new TestCard(width, height);
    this.#frame = allocateVideoFrame(width, height);
    this.#sampleRate = sampleRate;
  }

  videoAt(epochSeconds: number): Frame {
    this.#card.draw(planesOf(this.#frame), epochSeconds);
    return this.#frame;
  }

  readonly readAudio: AudioReader = (firstSample, channels) => {
    for (const samples of channels) {
      for (let index = 0; index < samples.length; index++) {
        samples[index] = toneAt(((firstSample + index) % this.#sampleRate) / this.#sampleRate);
      }
    }
  };
}

/** A video frame in FFmpeg's memory: node-av's frames over a JavaScript buffer don't keep that buffer alive. */
export function allocateVideoFrame(width: number, height: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.allocBuffer(), "allocate a video frame");
  return frame;
}

/** A video frame's planes to draw into, valid until the frame is encoded. */
export function planesOf(frame: Frame): YuvFrame {
  FFmpegError.throwIfError(frame.makeWritable(), "reuse a video frame");
  const [luma, blue, red] = frame.data ?? [];
  const [lumaStride, blueStride, redStride] = frame.linesize;
  if (!luma || !blue || !red) throw new Error("A 4:2:0 frame must have three planes");
  return {
    width: frame.width,
    height: frame.height,
    planes: [luma, blue, red],
    strides: [lumaStride ?? 0, blueStride ?? 0, redStride ?? 0],
  };
}
