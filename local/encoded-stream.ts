/**
 * What MediaLive hands to MediaPackage: the stream's format, then init segments and segments, as types that both
 * import.
 */

/** What a packager must know of the stream to describe it in playlists. */
export interface StreamFormat {
  readonly frameRate: FrameRate;
  /** Ticks per second in which video is stamped; audio is stamped in samples. */
  readonly videoTimescale: number;
  /** The largest first. */
  readonly video: readonly VideoFormat[];
  readonly audio: AudioFormat;
}

/** Frames per second as the fraction that MediaLive states, such as 30/1 or 30000/1001. */
export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

export interface VideoFormat {
  /** The rendition's name. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly maxBitsPerSecond: number;
}

export interface AudioFormat {
  /** The rendition's name. */
  readonly name: string;
  readonly bitsPerSecond: number;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
}

/** One rendition's part of one segment. */
export interface Fragment {
  readonly rendition: string;
  /** The segment's number on the channel's timeline. */
  readonly segment: number;
  /** Seconds since the epoch. Audio fragments start up to one audio frame after the video's. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** `moof` and `mdat`. */
  readonly bytes: Uint8Array;
}

/** All renditions' parts of one segment, keyed by rendition. */
export interface EncodedSegment {
  readonly segment: number;
  readonly fragments: ReadonlyMap<string, Fragment>;
}

/** The quality of a segment that shows the publisher throughout. */
export const BEST_QUALITY = 100;

/** A segment as it leaves a pipeline, with the quality by which MediaPackage chooses between two pipelines. */
export interface RatedSegment extends EncodedSegment {
  /** 0 to `BEST_QUALITY`, like MediaLive's media quality confidence score (MQCS). */
  readonly quality: number;
}

/** All renditions' `ftyp` and `moov`, keyed by rendition. */
export type InitSegments = ReadonlyMap<string, Uint8Array>;
