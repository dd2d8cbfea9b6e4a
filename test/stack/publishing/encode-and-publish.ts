/**
 * A publisher as a process of its own, which tests start and kill: encodes a plain colour and a steady tone, and
 * publishes them by FFmpeg's RTMP or SRT in real time. Run with one argument, a Publication as JSON.
 */

import { randomFillSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_QUIET,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBMP3LAME,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
  type FFAudioEncoder,
  type FFVideoEncoder,
} from "node-av/constants";
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
  type Stream,
} from "node-av/lib";
import type { Publication } from "./publication.ts";

const FRAMES_PER_SECOND = 30;
const SAMPLE_RATE = 44_100;
const TONE_HERTZ = 440;
const BEAT_SECONDS = 0.2;
const WHITE = 235;
const BLACK = 16;

const VIDEO_ENCODERS: Readonly<Record<string, FFVideoEncoder>> = {
  h264: FF_ENCODER_LIBX264,
  hevc: FF_ENCODER_LIBX265,
};
const AUDIO_ENCODERS: Readonly<Record<string, FFAudioEncoder>> = {
  aac: FF_ENCODER_AAC,
  mp3: FF_ENCODER_LIBMP3LAME,
};

interface Track {
  readonly encoder: CodecContext;
  readonly stream: Stream;
  readonly frame: Frame;
  /** How far the frame moves on, in the encoder's time base. */
  readonly step: number;
  next: number;
}

Log.setLevel(AV_LOG_QUIET);
await publish(JSON.parse(process.argv[2] ?? "{}") as Publication);

async function publish(publication: Publication): Promise<void> {
  const output = new FormatContext();
  const format = publication.url.startsWith("srt:") ? "mpegts" : "flv";
  FFmpegError.throwIfError(output.allocOutputContext2(null, format, publication.url), "make a muxer");
  const tracks: Track[] = [];
  if (publication.video) tracks.push(await openVideo(output, publication.video));
  if (publication.audio) tracks.push(await openAudio(output, publication.audio));
  FFmpegError.throwIfError(await output.openOutput(), "connect");
  FFmpegError.throwIfError(await output.writeHeader(null), "publish");

  const packet = new Packet();
  packet.alloc();
  const startedAt = performance.now();
  for (;;) {
    tracks.sort((one, other) => secondsOf(one) - secondsOf(other));
    const [track] = tracks;
    if (!track) throw new Error("Publish video, audio or both");
    await sleep(Math.max(0, startedAt + secondsOf(track) * 1000 - performance.now()));
    track.frame.pts = BigInt(track.next);
    if (publication.beats) beat(track);
    const isSparse =
      track.frame.isVideo() && publication.video?.stutters === true && secondsOf(track) % 4 >= 2;
    if (publication.video?.megabitsPerSecond && track.frame.isVideo()) fillNoise(track.frame, !isSparse);
    track.next += track.step;
    if (isSparse && track.next % 3 !== 0) continue;
    FFmpegError.throwIfError(await track.encoder.sendFrame(track.frame), "encode");
    while ((await track.encoder.receivePacket(packet)) >= 0) {
      packet.rescaleTs(track.encoder.timeBase, track.stream.timeBase);
      packet.streamIndex = track.stream.index;
      const drift = publication.audio?.drift;
      if (drift === undefined) {
        FFmpegError.throwIfError(await output.interleavedWriteFrame(packet), "send");
        continue;
      }
      // By the muxer's own order, audio whose clock is fast would wait for the video.
      const speed = track.frame.isVideo() ? 1 : 1 + drift;
      packet.pts = packet.dts = BigInt(Math.max(0, Math.round(Number(packet.pts) * speed)));
      FFmpegError.throwIfError(await output.writeFrame(packet), "send");
      packet.unref();
    }
  }
}

/** Fills the frame with what its time asks for. */
function beat({ encoder, frame, next }: Track): void {
  const isOn = (time: number) => ((time * encoder.timeBase.num) / encoder.timeBase.den) % 1 < BEAT_SECONDS;
  FFmpegError.throwIfError(frame.makeWritable(), "reuse a frame");
  if (frame.isVideo()) {
    frame.data?.[0]?.fill(isOn(next) ? WHITE : BLACK);
  } else {
    const samples = Float32Array.from({ length: frame.nbSamples }, (_, sample) =>
      isOn(next + sample) ? toneAt(next + sample) : 0,
    );
    for (const plane of frame.data ?? []) plane.set(new Uint8Array(samples.buffer));
  }
}

function toneAt(sample: number, amplitude = 0.5): number {
  const value = amplitude * Math.sin((2 * Math.PI * TONE_HERTZ * sample) / SAMPLE_RATE);
  return Math.max(-1, Math.min(1, value));
}

/** Noise takes all the bits that it gets. */
function fillNoise(frame: Frame, isNoise: boolean): void {
  FFmpegError.throwIfError(frame.makeWritable(), "reuse a frame");
  const luma = frame.data?.[0];
  if (luma && isNoise) randomFillSync(luma, 0, luma.length);
  else luma?.fill(BLACK);
}

function secondsOf({ encoder, next }: Track): number {
  return (next * encoder.timeBase.num) / encoder.timeBase.den;
}

async function openVideo(output: FormatContext, video: NonNullable<Publication["video"]>): Promise<Track> {
  const codec = Codec.findEncoderByName(VIDEO_ENCODERS[video.codec] ?? FF_ENCODER_LIBX264);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = video.width;
  encoder.height = video.height;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  const { framesPerSecond = FRAMES_PER_SECOND, framesPerKeyframe = framesPerSecond } = video;
  encoder.timeBase = new Rational(1, framesPerSecond);
  encoder.gopSize = framesPerKeyframe;
  if (video.megabitsPerSecond) encoder.bitRate = BigInt(video.megabitsPerSecond * 1_000_000);
  encoder.threadCount = 1;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const options = {
    preset: "ultrafast",
    ...(video.openGops ? { "x264-params": "open-gop=1:bframes=2" } : {}),
    ...(video.codec === "hevc" ? { "x265-params": "log-level=none" } : {}),
  };
  FFmpegError.throwIfError(await encoder.open2(codec, Dictionary.fromObject(options)), "open the encoder");
  const frame = new Frame();
  frame.alloc();
  frame.width = video.width;
  frame.height = video.height;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.allocBuffer(), "allocate a video frame");
  video.colour.forEach((value, plane) => {
    frame.data?.[plane]?.fill(value);
  });
  return { encoder, stream: addStream(output, encoder), frame, step: 1, next: 0 };
}

async function openAudio(output: FormatContext, audio: NonNullable<Publication["audio"]>): Promise<Track> {
  const codec = Codec.findEncoderByName(AUDIO_ENCODERS[audio.codec] ?? FF_ENCODER_AAC);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
  encoder.sampleRate = SAMPLE_RATE;
  encoder.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  encoder.bitRate = 128_000n;
  encoder.timeBase = new Rational(1, SAMPLE_RATE);
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  FFmpegError.throwIfError(await encoder.open2(codec, null), "open the encoder");
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.sampleRate = SAMPLE_RATE;
  frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  frame.nbSamples = encoder.frameSize;
  FFmpegError.throwIfError(frame.allocBuffer(), "allocate an audio frame");
  // The same piece of tone over and over: what matters is that it isn't silent.
  const tone = Float32Array.from({ length: encoder.frameSize }, (_, sample) =>
    toneAt(sample, audio.amplitude),
  );
  for (const plane of frame.data ?? []) plane.set(new Uint8Array(tone.buffer));
  return { encoder, stream: addStream(output, encoder), frame, step: encoder.frameSize, next: 0 };
}

function addStream(output: FormatContext, encoder: CodecContext): Stream {
  const stream = output.newStream(null);
  FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), "copy the encoder's parameters");
  stream.timeBase = encoder.timeBase;
  return stream;
}
