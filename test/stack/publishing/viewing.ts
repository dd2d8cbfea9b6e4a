/** Looks at a channel as a viewer gets it: reads playlists from disk, and decodes the newest segments. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Parser } from "m3u8-parser";
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from "node-av/lib";

export interface ListedSegment {
  readonly sequence: number;
  readonly file: string;
  readonly initFile: string;
  readonly durationSeconds: number;
  /** The program date-time, in seconds since the epoch. */
  readonly startSeconds: number;
  /** How many discontinuities came before it since the channel began. */
  readonly discontinuities: number;
}

/** Averages of video and audio. */
export interface Impression {
  /** Mean luma, blue and red of the last video frame, in its upper part where the test card has no clock. */
  readonly colour: readonly [number, number, number];
  /** The root mean square of the audio samples, 0 to 1. */
  readonly loudness: number;
}

/** The segments that the rendition's playlist lists; none when there is no playlist yet. */
export async function readPlaylist(folder: string, rendition: string): Promise<ListedSegment[]> {
  const parser = new Parser();
  parser.push(await readFile(join(folder, `index_${rendition}.m3u8`), "utf8").catch(() => ""));
  parser.end();
  const { mediaSequence = Number.NaN, segments } = parser.manifest;
  return segments.map(({ uri, map, duration, programDateTime = 0, timeline = 0 }, index) => ({
    sequence: mediaSequence + index,
    file: uri,
    initFile: map?.uri ?? "",
    durationSeconds: duration,
    startSeconds: programDateTime / 1000,
    discontinuities: timeline,
  }));
}

/** What a viewer of this rendition sees and hears in the newest segment. */
export async function impressionOf(folder: string, rendition: string): Promise<Impression> {
  const colours = await decodeNewest(folder, rendition, 1, colourOf);
  const loudness = await decodeNewest(folder, "audio", 1, loudnessOf);
  const colour = colours.at(-1);
  if (!colour) throw new Error("The newest segment holds no video");
  return { colour, loudness: loudness.reduce((sum, value) => sum + value, 0) / loudness.length };
}

/** When it becomes light, and when it becomes loud, in the newest segments: seconds since the epoch. */
export async function beatsOf(
  folder: string,
  rendition: string,
  segments: number,
): Promise<{ readonly light: readonly number[]; readonly loud: readonly number[] }> {
  const video = await decodeNewest(folder, rendition, segments, (frame, seconds) => [
    { seconds, isOn: colourOf(frame)[0] > 128 },
  ]);
  const audio = await decodeNewest(folder, "audio", segments, (frame, seconds) =>
    Array.from(samplesOf(frame), (sample, index) => ({
      seconds: seconds + index / frame.sampleRate,
      isOn: Math.abs(sample) > 0.1,
    })),
  );
  return { light: onsets(video.flat(), 0), loud: onsets(audio.flat(), 0.1) };
}

/** The instants at which something turns on after having been off for longer than this. */
function onsets(moments: readonly { seconds: number; isOn: boolean }[], offSeconds: number): number[] {
  let lastOn = moments[0]?.seconds ?? 0;
  return moments.flatMap(({ seconds, isOn }) => {
    const isOnset = isOn && seconds - lastOn > offSeconds + 0.05;
    if (isOn) lastOn = seconds;
    return isOnset ? [seconds] : [];
  });
}

/** Decodes the newest segments of a rendition, frame by frame. */
async function decodeNewest<T>(
  folder: string,
  rendition: string,
  count: number,
  look: (frame: Frame, seconds: number) => T,
): Promise<T[]> {
  const newest = (await readPlaylist(folder, rendition)).slice(-count);
  const scratch = await mkdtemp(join(tmpdir(), "shoal-viewer-"));
  try {
    const files = [newest[0]?.initFile ?? "", ...newest.map(({ file }) => file)];
    const parts = await Promise.all(files.map((file) => readFile(join(folder, file))));
    const file = join(scratch, "segments.mp4");
    await writeFile(file, Buffer.concat(parts));
    return await decodeFile(file, newest[0]?.startSeconds ?? 0, look);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/**
 * Times count from the first frame, because FFmpeg's demuxer shifts all of them where composition offsets are negative.
 */
async function decodeFile<T>(
  file: string,
  startSeconds: number,
  look: (frame: Frame, seconds: number) => T,
): Promise<T[]> {
  const input = new FormatContext();
  FFmpegError.throwIfError(await input.openInput(file), "open the segment");
  FFmpegError.throwIfError(await input.findStreamInfo(), "read the segment");
  const stream = input.streams[0];
  const codec = stream && Codec.findDecoder(stream.codecpar.codecId);
  if (!stream || !codec) throw new Error("The segment holds nothing that can be decoded");
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), "set the decoder up");
  FFmpegError.throwIfError(await decoder.open2(codec, null), "open the decoder");
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const { num, den } = stream.timeBase;
  let firstPts: bigint | null = null;
  const seen: T[] = [];
  for (let isAtEnd = false; !isAtEnd; ) {
    isAtEnd = (await input.readFrame(packet)) < 0;
    await decoder.sendPacket(isAtEnd ? null : packet);
    packet.unref();
    while ((await decoder.receiveFrame(frame)) >= 0) {
      firstPts ??= frame.pts;
      seen.push(look(frame, startSeconds + (Number(frame.pts - firstPts) * num) / den));
      frame.unref();
    }
  }
  decoder.freeContext();
  await input.closeInput();
  return seen;
}

function colourOf(image: Frame): [number, number, number] {
  const planes = image.data ?? [];
  return [0, 1, 2].map((plane) => {
    const stride = image.linesize[plane] ?? 0;
    const width = plane === 0 ? image.width : image.width / 2;
    const rows = (plane === 0 ? image.height : image.height / 2) / 4;
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      for (const value of planes[plane]?.subarray(row * stride, row * stride + width) ?? []) sum += value;
    }
    return sum / (width * rows);
  }) as [number, number, number];
}

function loudnessOf(frame: Frame): number {
  const samples = samplesOf(frame);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function samplesOf(frame: Frame): Float32Array {
  const plane = frame.data?.[0];
  return plane ? new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples) : new Float32Array();
}
