/**
 * The channel's timeline: which frame, sample and segment belongs to which instant.
 *
 * Everything is counted from the Unix epoch, like MediaLive's epoch locking: frame 0 was due in 1970. So an encoder
 * that restarts needs only the clock to resume, renditions cut at the same instants without coordination, and a
 * segment's start is its program date-time.
 */

import type { FrameRate } from "../encoded-stream.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

/** Samples in one AAC-LC frame (ISO/IEC 14496-3). */
export const SAMPLES_PER_AUDIO_FRAME = 1024;

export interface Timeline {
  readonly frameRate: FrameRate;
  readonly framesPerSegment: number;
  readonly framesPerGop: number;
  readonly sampleRate: number;
  /** Ticks per second of video timestamps; every frame lasts a whole number of them. */
  readonly videoTimescale: number;
  readonly ticksPerFrame: number;
}

/**
 * Divides time into segments of whole frames and whole GOPs. If the encoder's GOP doesn't divide a segment, the GOP is
 * shortened.
 */
export function layTimeline(encoder: EncoderSettings, segmentSeconds: number): Timeline {
  const { numerator, denominator } = encoder.frameRate;
  const framesPerSecond = numerator / denominator;
  const gops = Math.ceil(segmentSeconds / encoder.gopSeconds);
  const framesPerGop = Math.max(1, Math.round((segmentSeconds / gops) * framesPerSecond));
  return {
    frameRate: encoder.frameRate,
    framesPerSegment: framesPerGop * gops,
    framesPerGop,
    sampleRate: encoder.audio.sampleRate,
    // 30 ticks a second would be enough for 30 frames, but players round times to ticks.
    videoTimescale: denominator === 1 ? numerator * 1000 : numerator,
    ticksPerFrame: denominator === 1 ? 1000 : denominator,
  };
}

/** The frame that is on the screen at this many seconds since the epoch. */
export function frameAt({ frameRate }: Timeline, epochSeconds: number): number {
  return Math.floor((epochSeconds * frameRate.numerator) / frameRate.denominator);
}

/** When a frame is due, in seconds since the epoch. */
export function frameTime({ frameRate }: Timeline, frame: number): number {
  return (frame * frameRate.denominator) / frameRate.numerator;
}

export function segmentOfFrame({ framesPerSegment }: Timeline, frame: number): number {
  return Math.floor(frame / framesPerSegment);
}

export function firstFrameOf({ framesPerSegment }: Timeline, segment: number): number {
  return segment * framesPerSegment;
}

export function segmentSeconds(timeline: Timeline): number {
  return frameTime(timeline, timeline.framesPerSegment);
}

/**
 * The first audio frame of a segment: the first that starts no earlier than the segment's video. Audio frames don't
 * divide seconds evenly, so a segment's audio starts up to one audio frame (21 ms at 48 kHz) after its video.
 */
export function firstAudioFrameOf(timeline: Timeline, segment: number): number {
  const { numerator, denominator } = timeline.frameRate;
  // Beyond 2^53 for fractional frame rates, hence BigInt.
  const samples = BigInt(firstFrameOf(timeline, segment)) * BigInt(denominator * timeline.sampleRate);
  const perFrame = BigInt(numerator * SAMPLES_PER_AUDIO_FRAME);
  return Number((samples + perFrame - 1n) / perFrame);
}

export function audioFrameTime({ sampleRate }: Timeline, audioFrame: number): number {
  return (audioFrame * SAMPLES_PER_AUDIO_FRAME) / sampleRate;
}

/** How late the encoder may run before it drops every other frame, three of four, and finally whole segments. */
const COMFORTABLE_LAG_SECONDS = 0.5;
const SEVERE_LAG_SECONDS = 1.5;
export const HOPELESS_LAG_SECONDS = 8;

/**
 * Whether an encoder that runs this late should encode the frame, or drop it to catch up. A segment's first and last
 * frames are never dropped, so segments keep their exact length.
 */
export function isFrameWorthEncoding(timeline: Timeline, frame: number, lagSeconds: number): boolean {
  const index = frame % timeline.framesPerSegment;
  if (index % timeline.framesPerGop === 0 || index === timeline.framesPerSegment - 1) return true;
  if (lagSeconds < COMFORTABLE_LAG_SECONDS) return true;
  return index % (lagSeconds < SEVERE_LAG_SECONDS ? 2 : 4) === 0;
}
