// What the encoder makes: one fragment for each track and segment, and for each track what comes before all fragments.

/** One track's part of one segment. */
export interface Fragment {
  readonly rendition: string;
  /** The segment's number on the channel's timeline. */
  readonly segment: number;
  /** Seconds since the epoch. A sound track's fragments start up to one audio frame after the picture's. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** `moof` and `mdat`. */
  readonly bytes: Uint8Array;
}

/** All tracks' parts of one segment, keyed by rendition. */
export interface EncodedSegment {
  readonly segment: number;
  readonly fragments: ReadonlyMap<string, Fragment>;
}

/** All tracks' `ftyp` and `moov`, keyed by rendition. */
export type InitSegments = ReadonlyMap<string, Uint8Array>;
