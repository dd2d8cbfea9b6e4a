/** Keeps the channel on the air: encodes video and audio of the current source, frame by frame as each falls due. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Frame } from "node-av/lib";
import type { EncodedSegment, InitSegments } from "../../encoded-stream.ts";
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
import { EncodingSession } from "./session.ts";
import type { Source } from "./source.ts";

export interface BroadcastOptions {
  readonly settings: EncoderSettings;
  readonly timeline: Timeline;
  readonly clock: Clock;
  /** The segment to start with, if the encoder can still catch up with it; null starts with the next. */
  readonly fromSegment: number | null;
  /** The current source; null for none. Called for every frame. */
  readonly source: () => Source | null;
  /** Looks at a frame that is on the air, before it is encoded. */
  readonly onImage: (image: Frame) => Promise<void>;
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
        // The missed time is left out. The next segment starts a new session, after a discontinuity.
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

    // A source that ends in the middle of a segment fills the rest of it, with its last frame and silence.
    source = options.source() ?? source;
    if (!session || !source) throw new Error("A segment has begun with nothing on the air");
    if (isFrameWorthEncoding(timeline, frame, clock.now() - due)) {
      const image = await source.videoAt(due);
      await options.onImage(image);
      for (const made of await session.encodeVideo(image, frame)) options.onSegment(made);
    }
    frame += 1;
    for (const made of await session.encodeAudioUntil(frameTime(timeline, frame), source.readAudio)) {
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
