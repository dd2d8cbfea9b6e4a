/** Holds a viewer's sharing choice, and decides again when the viewer chooses or the device changes. */

import { type Allowance, allowanceFor, type Circumstances, type SharingMode } from "./allowance.ts";
import { isMetered, watchDevice } from "./device.ts";
import { keepPreferences, readPreferences, type Storage } from "./preferences.ts";

/** What a choice is applied to: a live session. */
interface Sharing {
  setMode(mode: SharingMode): void;
  on(event: "mode", listener: (mode: SharingMode) => void): () => void;
}

export class SharingChoice {
  readonly #storage: Storage | null;
  readonly #listeners = new Set<(allowance: Allowance) => void>();
  #watching = new AbortController();
  #circumstances: Circumstances;

  constructor(policy: Circumstances["policy"], storage: Storage | null) {
    const { draw, sharing: chosen } = readPreferences(storage);
    keepPreferences(storage, { draw });
    this.#storage = storage;
    const canConnect = typeof RTCPeerConnection !== "undefined";
    this.#circumstances = { policy, draw, chosen, canConnect, isMetered: isMetered(), battery: null };
  }

  get allowance(): Allowance {
    return allowanceFor(this.#circumstances);
  }

  choose(chosen: SharingMode): void {
    keepPreferences(this.#storage, { sharing: chosen });
    this.#update({ chosen });
  }

  /** Calls `listener` at once and whenever the allowance is decided again. Returns a function that stops it. */
  watch(listener: (allowance: Allowance) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#watchDevice();
    else listener(this.allowance);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#watching.abort();
    };
  }

  /** Applies the allowance to a session. A mode that is set on the session counts as the viewer's choice. */
  bind(session: Sharing): () => void {
    const stopWatching = this.watch(({ mode }) => session.setMode(mode));
    const stopListening = session.on("mode", (mode) => {
      if (mode !== this.allowance.mode) this.choose(mode);
    });
    return () => {
      stopWatching();
      stopListening();
    };
  }

  #watchDevice(): void {
    this.#watching = new AbortController();
    watchDevice((device) => this.#update(device), this.#watching.signal);
  }

  #update(change: Partial<Circumstances>): void {
    this.#circumstances = { ...this.#circumstances, ...change };
    for (const listener of this.#listeners) listener(this.allowance);
  }
}
