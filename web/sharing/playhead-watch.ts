/** Tells from the playhead and the buffer whether the video plays, is paused, or freezes for want of a segment. */

/**
 * `starting` lasts until the video has played for a second, with a buffer, since the start, a seek or a flush of the
 * buffer. What happens meanwhile says nothing about where segments come from. `frozen` lasts until it has played for a
 * second again, so that a video that stutters freezes once.
 */
export type PlayheadState = "starting" | "playing" | "paused" | "frozen";

export interface PlayheadSample {
  now: number;
  /** Null while the video waits for data, or before it has started. */
  positionSeconds: number | null;
  /** Held ahead of the playhead without a gap, of video and audio. */
  bufferSeconds: number;
  segmentSeconds: number;
}

/** A start is over once the video has played this long. */
const START_SECONDS = 1;

/** A playhead that hasn't moved for this long is paused. Pages in the background look at it once a second. */
const PAUSE_SECONDS = 1.5;

/** With more than this buffered, a video that waits does so for the decoder. */
const DRY_SECONDS = 1;

/** Players skip gaps of less than this while they play. */
const SEEK_SECONDS = 1;

/** The fastest playback rate that browsers' menus offer. */
const FASTEST_RATE = 2;

/** What the last look at a playhead that plays, or is paused, has seen. */
interface Look {
  now: number;
  positionSeconds: number;
  bufferSeconds: number;
}

export class PlayheadWatch {
  #state: PlayheadState = "starting";
  /** Any first position is a seek from here. */
  #last: Look = { now: 0, positionSeconds: Number.POSITIVE_INFINITY, bufferSeconds: 0 };
  #movedAt = 0;
  /** Since when the video has played without a stall, a seek or a flush; null while it doesn't. */
  #playsSince: number | null = null;

  get state(): PlayheadState {
    return this.#state;
  }

  /** The playhead, or where it stopped. */
  get positionSeconds(): number {
    return this.#last.positionSeconds;
  }

  /** Whatever was seen so far says nothing about what comes. */
  startAnew(): void {
    this.#state = "starting";
    this.#playsSince = null;
  }

  look(sample: PlayheadSample): void {
    const { positionSeconds } = sample;
    if (positionSeconds === null) this.#lookAtStop(sample);
    else this.#lookAtPlayhead(sample, positionSeconds);
  }

  #lookAtStop(sample: PlayheadSample): void {
    if (this.#isFreeze(sample)) this.#state = "frozen";
    else if (this.#state !== "frozen") this.startAnew();
    this.#playsSince = null;
    // A video that waits isn't paused when it goes on.
    this.#movedAt = sample.now;
  }

  #isFreeze(sample: PlayheadSample): boolean {
    const { now, bufferSeconds, segmentSeconds } = sample;
    if (this.#state !== "playing" || now - this.#movedAt > PAUSE_SECONDS || !this.#hasPlayed(now))
      return false;
    return bufferSeconds <= Math.min(DRY_SECONDS, segmentSeconds / 2) && !isFlushed(this.#last, sample);
  }

  #lookAtPlayhead(sample: PlayheadSample, positionSeconds: number): void {
    const { now, bufferSeconds, segmentSeconds } = sample;
    const last = this.#last;
    this.#last = { now, positionSeconds, bufferSeconds };
    const movedSeconds = positionSeconds - last.positionSeconds;
    const isSeek = movedSeconds < 0 || movedSeconds > SEEK_SECONDS + FASTEST_RATE * (now - last.now);
    if (isSeek || isFlushed(last, sample)) {
      this.startAnew();
      return;
    }
    if (movedSeconds > 0) {
      this.#movedAt = now;
      this.#playsSince ??= last.now;
    }
    const isStarted = this.#hasPlayed(now) && bufferSeconds >= segmentSeconds / 2;
    if (this.#state === "starting" && !isStarted) return;
    const isPaused = now - this.#movedAt > PAUSE_SECONDS;
    if (this.#state === "frozen" && !isPaused && !this.#hasPlayed(now)) return;
    this.#state = isPaused ? "paused" : "playing";
  }

  #hasPlayed(now: number): boolean {
    return this.#playsSince !== null && now - this.#playsSince >= START_SECONDS;
  }
}

/** Whether more is gone from the buffer than was played: by a seek, or by a change of rendition. */
function isFlushed(last: Look, { now, bufferSeconds, segmentSeconds }: PlayheadSample): boolean {
  return last.bufferSeconds - bufferSeconds > now - last.now + segmentSeconds / 2;
}
