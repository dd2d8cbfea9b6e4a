/**
 * The guard: pauses sharing for this viewer when it harms playback. It steps up a level when the picture freezes, or
 * when the buffer is thinner than the CDN alone would have made it. See docs/sharing.md, "The guard".
 */

import { CdnAlone } from "./cdn-alone.ts";
import { type PlayheadSample, PlayheadWatch } from "./playhead-watch.ts";
import type { ListedSegment } from "./scheduler-events.ts";

/** "none": shares; "takes-only": takes from peers, serves nobody, isn't elected; "cdn-only": takes nothing from peers either. */
export type GuardLevel = "none" | "takes-only" | "cdn-only";

/** What the guard looks at. Times are seconds on one clock, which never goes back. */
export interface GuardSituation extends PlayheadSample {
  /** Connected peers. */
  peerCount: number;
  /** Whether this viewer serves peers when the guard lets it. */
  shares: boolean;
  /** What one fetch of a segment from the CDN takes, as measured. */
  fetchSeconds: number;
  /** Null until measured. */
  cdnBitsPerSecond: number | null;
  /** Of the rendition that is played. */
  streamBitsPerSecond: number;
  /** When a segment last came from the CDN; before any other time if none has. */
  fetchDoneAt: number;
  /** When a fetch of a segment last failed; likewise. */
  fetchFailedAt: number;
  /** A fetch takes longer than was planned for it: whoever takes everything from the CDN would wait as well. */
  isFetchLate: boolean;
}

type PausedLevel = Exclude<GuardLevel, "none">;

/** Half of what the first pause on each level lasts, since each lasts twice as long as the one before. */
const NO_PAUSE_YET: Readonly<Record<PausedLevel, number>> = { "takes-only": 15, "cdn-only": 30 };
const LONGEST_PAUSE_SECONDS = 30 * 60;

/** After so long without a pause, pauses begin with the shortest again. */
const QUIET_SECONDS = 15 * 60;

/** A buffer below this is thin: what comes at the last moment leaves more. */
const THIN_SECONDS = 0.3;

/** A thin buffer needs the time of so many segments to show whether a pause helps. */
const GRACE_SEGMENTS = 2;

/**
 * A line that carries less than this beside the stream is probably full, and shared with other viewers. Fetching
 * everything from the CDN would make it worse for all of them.
 */
const CDN_MARGIN = 2;

/**
 * Peers that left, and a fetch that failed, may be the cause of what is seen this long after. Segments may fail while
 * playlists come through, and retries are up to 12 s apart.
 */
const EFFECT_SECONDS = 10;

/** Soon after arriving, the page itself and its first segments fill a line, and those who arrive with it. */
const ARRIVAL_SECONDS = 20;

/** A live playlist is refreshed once a segment, so the CDN is away when nothing has come for three. */
const SILENT_SEGMENTS = 3;

const LONG_AGO = Number.NEGATIVE_INFINITY;

export class SharingGuard {
  readonly #playhead = new PlayheadWatch();
  readonly #cdnAlone = new CdnAlone();
  #level: GuardLevel = "none";
  /** When the level that holds ends; with "none", when the last pause ended. */
  #until = 0;
  #steppedUpAt = LONG_AGO;
  /** What the last pause on each level lasted, in seconds. */
  #pauses = NO_PAUSE_YET;
  #sharedAt = LONG_AGO;
  #sharedFirstAt: number | null = null;
  #listedAt = LONG_AGO;
  #isComparing = false;

  /** The level that holds now. */
  level(now: number): GuardLevel {
    this.#endPauses(now);
    return this.#level;
  }

  /** The playlist of the main stream's rendition that is played, whenever one is read or another is played. */
  listed(segments: readonly ListedSegment[], now: number): void {
    this.#listedAt = now;
    this.#cdnAlone.listed(segments, now);
  }

  /** Looks at the playhead and the buffer. Call it with every event, and at least once a second. */
  review(situation: GuardSituation): void {
    const { now, peerCount, bufferSeconds, segmentSeconds, fetchSeconds } = situation;
    if (segmentSeconds === 0) return;
    this.#endPauses(now);
    this.#cdnAlone.measured(fetchSeconds);
    if (peerCount > 0) {
      this.#sharedAt = now;
      this.#sharedFirstAt ??= now;
    }
    const wasFrozen = this.#playhead.state === "frozen";
    this.#playhead.look(situation);
    if (!this.#canBeBlamed(situation)) this.#playhead.startAnew();
    const { state } = this.#playhead;
    if (state === "starting") {
      this.#isComparing = false;
      return;
    }
    if (!this.#isComparing) this.#cdnAlone.startFrom(this.#playhead.positionSeconds + bufferSeconds, now);
    this.#isComparing = true;
    if (state === "paused" || !this.#isWorseThanAlone(situation)) return;
    const freezes = state === "frozen" && !wasFrozen;
    const isToJudge = now - this.#steppedUpAt >= GRACE_SEGMENTS * segmentSeconds;
    if (isToJudge && (freezes || (state === "playing" && isThin(situation)))) this.#stepUp(situation);
  }

  /** Whether sharing can be the cause of what is seen: there are peers, and the CDN works. */
  #canBeBlamed(situation: GuardSituation): boolean {
    const { now, segmentSeconds, fetchDoneAt, fetchFailedAt, isFetchLate } = situation;
    const lately = now - EFFECT_SECONDS;
    const isFailing = fetchFailedAt > fetchDoneAt && fetchFailedAt >= lately;
    const isSilent = now - Math.max(fetchDoneAt, this.#listedAt) > SILENT_SEGMENTS * segmentSeconds;
    return !isFailing && !isSilent && !isFetchLate && this.#sharedAt >= lately && !this.#isArriving(now);
  }

  #isArriving(now: number): boolean {
    return this.#sharedFirstAt === null || now - this.#sharedFirstAt < ARRIVAL_SECONDS;
  }

  /** Whether the CDN alone, at its speed of late, would have left at least half a segment more. */
  #isWorseThanAlone({ now, bufferSeconds, segmentSeconds }: GuardSituation): boolean {
    const alone = this.#cdnAlone.bufferSeconds(this.#playhead.positionSeconds, now);
    return alone >= bufferSeconds + segmentSeconds / 2;
  }

  #stepUp({ now, shares, cdnBitsPerSecond, streamBitsPerSecond }: GuardSituation): void {
    const canCdnBearIt = (cdnBitsPerSecond ?? 0) >= CDN_MARGIN * streamBitsPerSecond;
    if (this.#level === "none" && shares) this.#enter("takes-only", now);
    else if (this.#level !== "cdn-only" && canCdnBearIt) this.#enter("cdn-only", now);
    // It can't go further, but it mustn't come back while this lasts either.
    else if (this.#level === "takes-only") this.#until = now + this.#pauses["takes-only"];
  }

  #enter(level: PausedLevel, now: number): void {
    const seconds = Math.min(LONGEST_PAUSE_SECONDS, 2 * this.#pauses[level]);
    this.#pauses = { ...this.#pauses, [level]: seconds };
    this.#level = level;
    this.#steppedUpAt = now;
    this.#until = now + seconds;
  }

  /** Comes back a level at a time. */
  #endPauses(now: number): void {
    if (this.#level === "cdn-only" && now >= this.#until) {
      this.#level = "takes-only";
      this.#until += this.#pauses["takes-only"];
    }
    if (this.#level === "takes-only" && now >= this.#until) this.#level = "none";
    if (this.#level === "none" && now - this.#until >= QUIET_SECONDS) this.#pauses = NO_PAUSE_YET;
  }
}

function isThin({ bufferSeconds, segmentSeconds }: GuardSituation): boolean {
  return bufferSeconds < Math.min(THIN_SECONDS, segmentSeconds / 2);
}
