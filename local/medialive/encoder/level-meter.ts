/** Measures how loud a publisher's audio is, a reading for each second of it. */

export interface AudioLevel {
  /** The loudest sample, in dBFS. */
  readonly decibels: number;
  /** Samples at full scale, of a hundred. */
  readonly clippedPercent: number;
}

/** Within a decibel of full scale: AAC blurs what was cut off, to either side of it. */
const FULL_SCALE = 0.89;
/** Of a second without a sound, and of what nobody hears. */
const QUIETEST_DECIBELS = -100;

export class LevelMeter {
  readonly #sampleRate: number;
  #samples = 0;
  #clipped = 0;
  #peak = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Takes samples of every channel; gives a reading when they complete a second. */
  take(channels: readonly Float32Array[]): AudioLevel | null {
    for (const samples of channels)
      for (const sample of samples) {
        const size = Math.abs(sample);
        if (size > this.#peak) this.#peak = size;
        if (size >= FULL_SCALE) this.#clipped += 1;
      }
    const count = channels.length;
    this.#samples += channels[0]?.length ?? 0;
    if (this.#samples < this.#sampleRate) return null;
    const reading = {
      decibels: Math.max(QUIETEST_DECIBELS, 20 * Math.log10(this.#peak)),
      clippedPercent: (100 * this.#clipped) / (this.#samples * count),
    };
    this.#samples = 0;
    this.#clipped = 0;
    this.#peak = 0;
    return reading;
  }
}
