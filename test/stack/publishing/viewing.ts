// Looks at a channel as a viewer gets it: reads playlists from disk, and decodes the newest segments.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from "node-av/lib";

export interface ListedSegment {
  readonly sequence: number;
  readonly file: string;
  readonly initFile: string;
  readonly durationSeconds: number;
  /** The programme date time, in seconds since the epoch. */
  readonly startSeconds: number;
  /** How many discontinuities came before it since the channel began. */
  readonly discontinuities: number;
}

/** A mean of a picture or of sound. */
export interface Impression {
  /** Mean luma, blue and red of the last picture, in its upper part where the test card has no clock. */
  readonly colour: readonly [number, number, number];
  /** The mean square root of the sound, 0 to 1. */
  readonly loudness: number;
}

export async function readPlaylist(folder: string, rendition: string): Promise<ListedSegment[]> {
  const text = await readFile(join(folder, `index_${rendition}.m3u8`), "utf8").catch(() => "");
  const segments: ListedSegment[] = [];
  let sequence = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(text)?.[1]);
  let discontinuities = Number(/^#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)$/m.exec(text)?.[1]);
  let [initFile, durationSeconds, startSeconds] = ["", 0, 0];
  for (const line of text.split("\n")) {
    const [tag, value = ""] = line.split(/:(.*)/);
    if (tag === "#EXT-X-MAP") initFile = value.split('"')[1] ?? "";
    else if (tag === "#EXT-X-PROGRAM-DATE-TIME") startSeconds = Date.parse(value) / 1000;
    else if (tag === "#EXTINF") durationSeconds = Number.parseFloat(value);
    else if (tag === "#EXT-X-DISCONTINUITY") discontinuities += 1;
    else if (line.endsWith(".mp4")) {
      segments.push({ sequence, file: line, initFile, durationSeconds, startSeconds, discontinuities });
      sequence += 1;
    }
  }
  return segments;
}

/** What a viewer of this rendition sees and hears in the newest segment. */
export async function impressionOf(folder: string, rendition: string): Promise<Impression> {
  const colours = await decodeNewest(folder, rendition, 1, colourOf);
  const loudness = await decodeNewest(folder, "audio", 1, loudnessOf);
  const colour = colours.at(-1);
  if (!colour) throw new Error("The newest segment holds no picture");
  return { colour, loudness: loudness.reduce((sum, value) => sum + value, 0) / loudness.length };
}

/** When it becomes light, and when it becomes loud, in the newest segments: seconds since the epoch. */
export async function beatsOf(
  folder: string,
  rendition: string,
  segments: number,
): Promise<{ readonly light: readonly number[]; readonly loud: readonly number[] }> {
  const pictures = await decodeNewest(folder, rendition, segments, (frame, seconds) => [
    { seconds, isOn: colourOf(frame)[0] > 128 },
  ]);
  const sound = await decodeNewest(folder, "audio", segments, (frame, seconds) =>
    Array.from(samplesOf(frame), (sample, index) => ({
      seconds: seconds + index / frame.sampleRate,
      isOn: Math.abs(sample) > 0.1,
    })),
  );
  return { light: onsets(pictures.flat(), 0), loud: onsets(sound.flat(), 0.1) };
}

/** The instants at which something comes on that was off for longer than this. */
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

/** Times are counted from the first frame: FFmpeg's demuxer moves them all where composition offsets are negative. */
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

function colourOf(picture: Frame): [number, number, number] {
  const planes = picture.data ?? [];
  return [0, 1, 2].map((plane) => {
    const stride = picture.linesize[plane] ?? 0;
    const width = plane === 0 ? picture.width : picture.width / 2;
    const rows = (plane === 0 ? picture.height : picture.height / 2) / 4;
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
