// Holds a publisher's decoded sound until the channel's timeline comes to it; where there is none, it is silent.

/** Longer than media ever waits for its time. */
const CAPACITY_SECONDS = 4;

/**
 * RTMP's timestamps are whole milliseconds, so sound that is continuous seems to start up to a millisecond early or late;
 * clocks drift besides. Within this much it is taken as continuous, so that it has neither gaps nor overlaps.
 */
const TOLERANCE_SECONDS = 0.05;

export class SoundBuffer {
  readonly #sampleRate: number;
  readonly #rings: readonly Float32Array[];
  #writtenUntil = 0;
  #readUntil = 0;

  constructor(channels: number, sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#rings = Array.from({ length: channels }, () => new Float32Array(CAPACITY_SECONDS * sampleRate));
  }

  /** Writes sound that is due at this instant. What is already past is dropped. */
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

  /** Reads the sound from this sample on, and forgets it. */
  read(firstSample: number, channels: readonly Float32Array[]): void {
    const length = channels[0]?.length ?? 0;
    for (const [index, ring] of this.#rings.entries()) {
      for (let sample = 0; sample < length; sample++) {
        const place = (firstSample + sample) % ring.length;
        const samples = channels[index];
        if (samples) samples[sample] = ring[place] ?? 0;
        ring[place] = 0;
      }
    }
    this.#readUntil = firstSample + length;
  }
}
