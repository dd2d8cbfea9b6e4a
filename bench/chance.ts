/** Random numbers that repeat with their seed, for simulations and tests. */

export class Chance {
  /** Draws a number in [0, 1). */
  readonly next: () => number;

  /** `seed` is any whole number of 32 bits. */
  constructor(seed: number) {
    this.next = smallFastCounter(seed);
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next();
  }

  /** Whether something of this probability happens. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** An exponentially distributed duration. */
  lasting(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** A whole number from 0 up to, but not including, `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** One of several values. Throws when there are none. */
  pick<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new RangeError("there is nothing to pick from");
    return values[this.below(values.length)] as Value;
  }
}

/** Chris Doty-Humphrey's sfc32, which passes the PractRand tests; numbers in [0, 1) with 32 random bits. */
function smallFastCounter(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 16; round++) next();
  return next;
}
