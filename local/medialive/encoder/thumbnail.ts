/** Makes a small JPEG of a video frame, as MediaLive's thumbnails are. */

import { AV_PIX_FMT_YUVJ420P, type AVPixelFormat, FF_ENCODER_MJPEG, SWS_BILINEAR } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational, SoftwareScaleContext } from "node-av/lib";

const WIDTH = 480;

export async function thumbnailOf(image: Frame): Promise<Buffer> {
  const height = 2 * Math.round((image.height * WIDTH) / image.width / 2);
  const small = new Frame();
  small.alloc();
  small.width = WIDTH;
  small.height = height;
  small.format = AV_PIX_FMT_YUVJ420P;
  FFmpegError.throwIfError(small.allocBuffer(), "allocate a thumbnail");
  const scaler = new SoftwareScaleContext();
  const { width, height: lines, format } = image;
  scaler.getContext(width, lines, format as AVPixelFormat, WIDTH, height, AV_PIX_FMT_YUVJ420P, SWS_BILINEAR);
  try {
    FFmpegError.throwIfError(await scaler.scaleFrame(small, image), "scale a thumbnail");
    return await jpegOf(small);
  } finally {
    scaler.freeContext();
    small.free();
  }
}

async function jpegOf(image: Frame): Promise<Buffer> {
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = image.width;
  encoder.height = image.height;
  encoder.pixelFormat = AV_PIX_FMT_YUVJ420P;
  encoder.timeBase = new Rational(1, 1);
  const packet = new Packet();
  packet.alloc();
  try {
    FFmpegError.throwIfError(await encoder.open2(codec, null), "open the JPEG encoder");
    FFmpegError.throwIfError(await encoder.sendFrame(image), "encode a thumbnail");
    FFmpegError.throwIfError(await encoder.receivePacket(packet), "encode a thumbnail");
    return Buffer.from(packet.data ?? []);
  } finally {
    packet.free();
    encoder.freeContext();
  }
}
