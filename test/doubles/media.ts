/** Stands in for a media element: tests set its state and dispatch its events. */

export class FakeMedia extends EventTarget {
  currentTime = 0;
  playbackRate = 1;
  readyState = 4;
  paused = false;
  seeking = false;
  ended = false;
  error: unknown = null;
  src = "";
  /** What `canPlayType` returns. */
  playsHls = "";
  loads = 0;
  plays = 0;
  played = { length: 1 };
  ranges: [number, number][] = [[0, 10]];

  get buffered() {
    return {
      length: this.ranges.length,
      start: (index: number) => this.ranges[index]?.[0] ?? 0,
      end: (index: number) => this.ranges[index]?.[1] ?? 0,
    };
  }

  emit(...events: string[]): void {
    for (const event of events) this.dispatchEvent(new Event(event));
  }

  canPlayType(): string {
    return this.playsHls;
  }

  /** Rejects, as before the viewer has interacted with the page. */
  play(): Promise<void> {
    this.plays += 1;
    return Promise.reject(new Error("NotAllowedError"));
  }

  removeAttribute(): void {
    this.src = "";
  }

  load(): void {
    this.loads += 1;
  }

  /** This object, for whatever element type the code under test asks for. */
  get element(): never {
    return this as never;
  }
}

/** One with requestVideoFrameCallback, as in all current browsers. */
export class FakeFrameMedia extends FakeMedia {
  #callbacks: (() => void)[] = [];

  requestVideoFrameCallback(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  showFrame(): void {
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) callback();
  }
}
