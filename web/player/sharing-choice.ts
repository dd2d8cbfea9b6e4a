/** Holds what this viewer allows, and settles it anew when the viewer chooses or the line or battery changes. */

import { type Allowance, allowanceFor, type Circumstances } from "../sharing/allowance.ts";
import type { SharingMode } from "../sharing/session.ts";
import { isMetered, watchDevice } from "./device.ts";
import { keepPreferences, readPreferences, type Storage } from "./preferences.ts";

export class SharingChoice {
  readonly #storage: Storage | null;
  readonly #listeners = new Set<(allowance: Allowance) => void>();
  #circumstances: Circumstances;

  constructor(policy: Circumstances["policy"], storage: Storage | null) {
    const { lot, sharing: chosen } = readPreferences(storage);
    keepPreferences(storage, { lot });
    this.#storage = storage;
    this.#circumstances = { policy, lot, chosen, isMetered: isMetered(), battery: null };
  }

  get allowance(): Allowance {
    return allowanceFor(this.#circumstances);
  }

  choose(chosen: SharingMode): void {
    keepPreferences(this.#storage, { sharing: chosen });
    this.#settle({ chosen });
  }

  /** Calls back at once, and whenever the allowance is settled anew; returns the way to stop. */
  watch(listener: (allowance: Allowance) => void): () => void {
    this.#listeners.add(listener);
    const stopWatching = watchDevice((device) => this.#settle(device));
    return () => {
      this.#listeners.delete(listener);
      stopWatching();
    };
  }

  #settle(change: Partial<Circumstances>): void {
    this.#circumstances = { ...this.#circumstances, ...change };
    for (const listener of this.#listeners) listener(this.allowance);
  }
}
