/** Holds what a viewer was told and chose, and decides again when that, the page's limit or the device changes. */

import { type Allowance, allowanceFor, type Circumstances, type SharingMode } from "./allowance.ts";
import { isControl } from "./control.ts";
import { isMetered, watchDevice } from "./device.ts";
import { type PartialPolicy, type Policy, wholePolicy } from "./policy.ts";
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

  /** `viewer` is the id in the viewer's ticket; who has none is in no control group. */
  constructor(policy: PartialPolicy, storage: Storage | null, viewer?: string) {
    const { draw, sharing: chosen, told, agreed } = readPreferences(storage);
    keepPreferences(storage, { draw });
    this.#storage = storage;
    const canConnect = typeof RTCPeerConnection !== "undefined";
    const whole = wholePolicy(policy);
    this.#circumstances = {
      policy: whole,
      limit: "on",
      draw,
      guarded: 1,
      isControl: viewer !== undefined && isControl(viewer, whole.control),
      chosen,
      told,
      agreed,
      canConnect,
      isMetered: isMetered(),
      battery: null,
    };
  }

  get allowance(): Allowance {
    return allowanceFor(this.#circumstances);
  }

  get policy(): Policy {
    return this.#circumstances.policy;
  }

  /** What the viewer has to be told or asked before sharing begins. */
  get prompt(): "notice" | "ask" | null {
    const { reason } = this.allowance;
    if (reason === "untold") return "notice";
    return reason === "unasked" ? "ask" : null;
  }

  /** The viewer's own choice, which is remembered. Who turns sharing on agrees to it. */
  choose(chosen: SharingMode): void {
    const change = chosen === "off" ? {} : { agreed: true };
    keepPreferences(this.#storage, { sharing: chosen, ...change });
    this.#update({ chosen, ...change });
  }

  /** The viewer says yes to sharing, as far as the deployment and the device suggest. */
  agree(): void {
    keepPreferences(this.#storage, { agreed: true });
    this.#update({ agreed: true });
  }

  /** The notice is on the screen: sharing may begin. */
  tell(): void {
    this.#update({ told: true });
  }

  /** The notice was read, so it isn't shown on later visits. */
  keepTold(): void {
    keepPreferences(this.#storage, { told: true });
  }

  /** The page's wish. It lowers what the viewer shares here and isn't remembered; it never raises anything. */
  limitTo(limit: SharingMode): void {
    this.#update({ limit });
  }

  /** SharingGuard lets this part of the viewers share, 0 to 1, as far as the deployment does. */
  guard(guarded: number): void {
    if (guarded !== this.#circumstances.guarded) this.#update({ guarded });
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

  /** Applies the allowance to a session. A mode that a page sets on the session is the page's limit. */
  bind(session: Sharing): () => void {
    const stopWatching = this.watch(({ mode }) => session.setMode(mode));
    const stopListening = session.on("mode", (mode) => {
      if (mode !== this.allowance.mode) this.limitTo(mode);
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
