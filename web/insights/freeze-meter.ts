/** Counts freezes by decoded frames: what a viewer sees, whatever the player's events say. */

/** A picture that stands for a quarter of a second is seen to stand. */
const FREEZE_MS = 250;

/** Browsers run the timers of hidden pages rarely, and may decode nothing there. */
const LONGEST_LOOK_MS = 1_500;

export interface FrameLook {
  readonly atMs: number;
  /** Since the video was loaded. */
  readonly frames: number;
  /** Neither paused, nor seeking, nor before the first frame, nor hidden. */
  readonly shouldMove: boolean;
}

export class FreezeMeter {
  freezes = 0;
  frozenMs = 0;
  #last: FrameLook | null = null;
  #stillSince = 0;
  #isFrozen = false;

  look(look: FrameLook): void {
    const last = this.#last;
    this.#last = look;
    const isSeen = last?.shouldMove && look.shouldMove && look.atMs - last.atMs <= LONGEST_LOOK_MS;
    if (!isSeen || look.frames !== last.frames) {
      this.#stillSince = look.atMs;
      this.#isFrozen = false;
      return;
    }
    const stillMs = look.atMs - this.#stillSince;
    if (stillMs < FREEZE_MS) return;
    this.freezes += this.#isFrozen ? 0 : 1;
    this.frozenMs += this.#isFrozen ? look.atMs - last.atMs : stillMs;
    this.#isFrozen = true;
  }
}
