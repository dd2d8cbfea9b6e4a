// Keeps the channel on the air: takes a picture and its sound from whatever is on, frame by frame as each falls due.

import { setTimeout as sleep } from "node:timers/promises";
import type { EncoderSettings } from "../encoder-settings.ts";
import {
  firstFrameOf,
  frameAt,
  frameTime,
  HOPELESS_LAG_SECONDS,
  isFrameWorthEncoding,
  segmentOfFrame,
  type Timeline,
} from "../timeline.ts";
import type { Clock } from "./clock.ts";
import type { EncodedSegment, InitSegments } from "./fragment.ts";
import { EncodingSession } from "./session.ts";
import type { Source } from "./source.ts";

export interface BroadcastOptions {
  readonly settings: EncoderSettings;
  readonly timeline: Timeline;
  readonly clock: Clock;
  /** The segment to start with, if it is recent enough to be caught up with; null starts with the next. */
  readonly fromSegment: number | null;
  /** What is on the air now; null for nothing. Asked for every frame. */
  readonly source: () => Source | null;
  /** A session starts: these precede its segments. */
  readonly onInit: (initSegments: InitSegments) => void;
  readonly onSegment: (segment: EncodedSegment) => void;
}

/** Runs until the process ends. Rejects when an encoder fails. */
export async function broadcast(options: BroadcastOptions): Promise<never> {
  const { timeline, clock } = options;
  let session: EncodingSession | null = null;
  let source: Source | null = null;
  let frame = firstFrame(options, clock.now());

  for (;;) {
    const due = frameTime(timeline, frame);
    const lag = clock.now() - due;
    if (lag < 0) await sleep(-lag * 1000);

    const segment = segmentOfFrame(timeline, frame);
    if (frame === firstFrameOf(timeline, segment)) {
      if (clock.hasJumped() || lag > HOPELESS_LAG_SECONDS) {
        // The time that was missed is left out: the next segment starts anew, and players are told.
        await session?.finish(segment, silence);
        session = null;
        frame = nextSegmentStart(timeline, clock.now());
        continue;
      }
      const isOn = options.source() !== null;
      if (!isOn) {
        if (session) for (const last of await session.finish(segment, silence)) options.onSegment(last);
        session = null;
        source = null;
        frame = firstFrameOf(timeline, segment + 1);
        continue;
      }
      if (!session) {
        session = await EncodingSession.open(options.settings, timeline, segment);
        options.onInit(session.initSegments);
      }
    }

    // Whatever leaves the air in the middle of a segment stays in it, still and silent, to the segment's end.
    source = options.source() ?? source;
    if (!session || !source) throw new Error("A segment has begun with nothing on the air");
    if (isFrameWorthEncoding(timeline, frame, clock.now() - due)) {
      const picture = await source.picture(due);
      for (const made of await session.encodePicture(picture, frame)) options.onSegment(made);
    }
    frame += 1;
    for (const made of await session.encodeSoundUntil(frameTime(timeline, frame), source.sound)) {
      options.onSegment(made);
    }
  }
}

function firstFrame({ timeline, fromSegment }: BroadcastOptions, now: number): number {
  const wanted = fromSegment === null ? null : firstFrameOf(timeline, fromSegment);
  const isWithinReach = wanted !== null && now - frameTime(timeline, wanted) < HOPELESS_LAG_SECONDS;
  return isWithinReach ? wanted : nextSegmentStart(timeline, now);
}

function nextSegmentStart(timeline: Timeline, now: number): number {
  return firstFrameOf(timeline, segmentOfFrame(timeline, frameAt(timeline, now)) + 1);
}

function silence(_firstSample: number, channels: readonly Float32Array[]): void {
  for (const samples of channels) samples.fill(0);
}
