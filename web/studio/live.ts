/** The section that brings the channel on the air and off it, with what OBS needs to know. */

import type { LiveNow } from "../../functions/record/live-now.ts";
import { ApiError, ask } from "./api.ts";
import {
  autoStopWords,
  keyElsewhereWords,
  keyWords,
  nextLookMilliseconds,
  stateWords,
} from "./live-words.ts";
import { copy, field, write } from "./page.ts";
import type { Section } from "./section.ts";

export const liveSection: Section = { id: "live", open: (onWord) => new Live(onWord).open() };

const HIDDEN_KEY = "•".repeat(12);
const TICK_MILLISECONDS = 1_000;

class Live {
  readonly #onWord: (word: string) => void;
  #now: LiveNow | undefined;
  /** Since when this page knows the state, in the clock's milliseconds. */
  #stateSince = 0;
  #isKeyShown = false;
  #timer: number | undefined;

  constructor(onWord: (word: string) => void) {
    this.#onWord = onWord;
  }

  async open(): Promise<void> {
    for (const [id, path] of [
      ["live-start", "start"],
      ["live-stop", "stop"],
      ["keep-running", "keep-running"],
      ["key-change-yes", "key"],
    ] as const)
      field(id).addEventListener("click", () => void this.#look("POST", path));
    field("copy-server").addEventListener("click", () => void this.#copy("Server", this.#now?.servers[0]));
    field("copy-server-2").addEventListener("click", () => void this.#copy("Server", this.#now?.servers[1]));
    field("copy-key").addEventListener("click", () => void this.#copy("Stream key", this.#now?.streamKey));
    field("show-key").addEventListener("click", () => {
      this.#isKeyShown = !this.#isKeyShown;
      this.#show();
    });
    const dialog = field<HTMLDialogElement>("key-dialog");
    field("key-change").addEventListener("click", () => dialog.showModal());
    for (const id of ["key-change-yes", "key-change-no"])
      field(id).addEventListener("click", () => dialog.close());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.#look("GET", "live");
    });
    setInterval(() => this.#show(), TICK_MILLISECONDS);
    this.#take(await ask<LiveNow>("GET", "live"));
  }

  /** Asks for how it stands, or for a change that is answered by it. */
  async #look(method: string, path: string): Promise<void> {
    try {
      this.#take(await ask<LiveNow>(method, path));
      if (method === "POST") this.#onWord("");
    } catch (error) {
      this.#onWord(error instanceof Error ? error.message : String(error));
      // Who was signed out needs no more answers.
      if (!(error instanceof ApiError && error.status === 401)) this.#lookLater(10_000);
    }
  }

  #lookLater(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (!document.hidden) void this.#look("GET", "live");
    }, milliseconds);
  }

  #take(now: LiveNow): void {
    if (now.state !== this.#now?.state) this.#stateSince = performance.now();
    this.#now = now;
    this.#show();
    this.#lookLater(nextLookMilliseconds(now));
  }

  #show(): void {
    const now = this.#now;
    if (!now) return;
    const { headline, hint } = stateWords(now, (performance.now() - this.#stateSince) / 1000);
    write("live-state", headline);
    write("live-hint", hint);
    field<HTMLButtonElement>("live-start").disabled = now.state !== "IDLE" || now.isKeyTurning;
    field<HTMLButtonElement>("live-stop").disabled = !["RUNNING", "RECOVERING"].includes(now.state);
    const autoStop = autoStopWords(now, Date.now() / 1000);
    write("auto-stop-words", autoStop);
    field("auto-stop").hidden = autoStop === "";
    this.#showObs(now);
  }

  #showObs({ servers, streamKey, ...now }: LiveNow): void {
    write("server", servers[0] ?? "");
    write("server-2", servers[1] ?? "");
    field("second-server").hidden = servers.length < 2;
    field("stream-key").hidden = streamKey === null;
    field("stream-key-elsewhere").hidden = streamKey !== null;
    write("stream-key-elsewhere", keyElsewhereWords(servers));
    write("key", this.#isKeyShown ? (streamKey ?? "") : HIDDEN_KEY);
    write("show-key", `${this.#isKeyShown ? "Hide" : "Show"} the stream key`);
    write("key-words", keyWords({ ...now }));
    field<HTMLButtonElement>("key-change").disabled = now.isKeyTurning;
  }

  async #copy(what: string, text: string | null | undefined): Promise<void> {
    if (text) await copy(what, text, this.#onWord);
  }
}
