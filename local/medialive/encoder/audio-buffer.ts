/** Holds a publisher's decoded audio until it is due; reads silence where there is none. */

/** Longer than media ever waits until it is due (LONGEST_WAIT_SECONDS in playout.ts). */
const CAPACITY_SECONDS = 4;

/**
 * RTMP's timestamps are whole milliseconds, so continuous audio seems to start up to a millisecond early or late, and
 * clocks drift. Audio that starts within this tolerance is treated as continuous, which avoids gaps and overlaps.
 */
const TOLERANCE_SECONDS = 0.05;

export class AudioBuffer {
  readonly #sampleRate: number;
  readonly #rings: readonly Float32Array[];
  #writtenUntil = 0;
  #readUntil = 0;

  constructor(channels: number, sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#rings = Array.from({ length: channels }, () => new Float32Array(CAPACITY_SECONDS * sampleRate));
  }

  /** Writes audio that is due at this instant. Drops what is already past. */
  write(dueSeconds: number, channels: readonly Float32Array[]): void {
    const length = channels[0]?.length ?? 0;
    const wanted = Math.round(dueSeconds * this.#sampleRate);
    const isContinuous = Math.abs(wanted - this.#writtenUntil) < TOLERANCE_SECONDS * this.#sampleRate;
    const first = isContinuous ? this.#writtenUntil : wanted;
    const skipped = Math.max(0, this.#readUntil - first);
    for (const [index, ring] of this.#rings.entries()) {
      const samples = channels[index] ?? channels[0];
      for (let sample = skipped; samples && sample < length; sample++) {
        ring[(first + sample) % ring.length] = samples[sample] ?? 0;
      }
    }
    this.#writtenUntil = first + length;
  }

  /** Reads the samples from this one on, and removes them. */
  read(firstSample: number, channels: readonly Float32Array[]): void {
    const length = channels[0]?.length ?? 0;
    for (const [index, ring] of this.#rings.entries()) {
      for (let sample = 0; sample < length; sample++) {
        const position = (firstSample + sample) % ring.length;
        const samples = channels[index];
        if (samples) samples[sample] = ring[position] ?? 0;
        ring[position] = 0;
      }
    }
    this.#readUntil = firstSample + length;
  }
}
