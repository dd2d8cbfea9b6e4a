/**
 * Chooses, segment by segment, between the two inputs of a channel, as MediaPackage's input switching by quality does:
 * the better segment goes on, and the input stays the same while both are equally good.
 */

import { BEST_QUALITY, type InitSegments, type RatedSegment } from "../encoded-stream.ts";

type Input = 0 | 1;

interface SwitchOptions {
  /** False takes any segment for as good as another, so that the input is changed only when it falls silent. */
  readonly byQuality: boolean;
  readonly onInit: (initSegments: InitSegments) => void;
  readonly onSegment: (segment: RatedSegment) => void;
}

/**
 * How long a segment waits for its twin when it isn't the best that could be. Both pipelines cut at the same instants,
 * so the twin is late only by what one encoder is slower than the other.
 */
const PATIENCE_MILLISECONDS = 300;

/** Forwards each segment number once, in rising order, with the chosen input's init segments before the first. */
export class InputSwitch {
  readonly #options: SwitchOptions;
  readonly #inits: [InitSegments | null, InitSegments | null] = [null, null];
  /** The inputs' segments of numbers that aren't decided yet. */
  readonly #waiting = new Map<number, Map<Input, RatedSegment>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #active: Input = 0;
  #forwardedInit: InitSegments | null = null;
  #lastForwarded = Number.NEGATIVE_INFINITY;

  constructor(options: SwitchOptions) {
    this.#options = options;
  }

  receiveInit(input: Input, initSegments: InitSegments): void {
    this.#inits[input] = initSegments;
  }

  receiveSegment(input: Input, segment: RatedSegment): void {
    const number = segment.segment;
    if (number <= this.#lastForwarded) return;
    const twins = this.#waiting.get(number) ?? new Map<Input, RatedSegment>();
    this.#waiting.set(number, twins.set(input, segment));
    const isBest = !this.#options.byQuality || segment.quality >= BEST_QUALITY;
    if (twins.size === 2 || (isBest && input === this.#active)) {
      this.#forwardUpTo(number);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#forwardUpTo(number);
    }, PATIENCE_MILLISECONDS);
    this.#timers.add(timer);
  }

  /** Forwards nothing more. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** Earlier numbers go first: a twin that hasn't come by now would come too late. */
  #forwardUpTo(last: number): void {
    const due = [...this.#waiting].filter(([number]) => number <= last).sort(([one], [other]) => one - other);
    for (const [number, twins] of due) {
      this.#waiting.delete(number);
      this.#lastForwarded = number;
      this.#forward(twins);
    }
  }

  #forward(twins: ReadonlyMap<Input, RatedSegment>): void {
    const rivals = [...twins].sort(
      ([one], [other]) => Number(other === this.#active) - Number(one === this.#active),
    );
    const [first, second] = rivals;
    if (!first) return;
    const isSecondBetter = this.#options.byQuality && second && second[1].quality > first[1].quality;
    const [input, segment] = isSecondBetter ? second : first;
    this.#active = input;
    const init = this.#inits[input];
    if (init && !isSame(init, this.#forwardedInit)) {
      this.#options.onInit(init);
      this.#forwardedInit = init;
    }
    this.#options.onSegment(segment);
  }
}

/** Two pipelines with the same settings make the same init segments: then viewers need no new one. */
function isSame(one: InitSegments, other: InitSegments | null): boolean {
  if (other === null || one.size !== other.size) return false;
  return [...one].every(([rendition, bytes]) => {
    const known = other.get(rendition);
    return known !== undefined && Buffer.compare(bytes, known) === 0;
  });
}
