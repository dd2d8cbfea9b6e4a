/** The notice over the video: what is wrong, and the seconds until the next retry. Hidden while nothing is wrong. */

import type { PlaybackError } from "../playback/session.ts";
import errorNoticeStyles from "./error-notice.css" with { type: "text" };
import { errorWords, retryWords } from "./error-words.ts";
import { adoptStyles, find } from "./shadow-root.ts";

// The countdown is hidden from screen readers, which would announce every second of it.
const markup = `
<div role="status"><div id="error" hidden><h2></h2><p></p><small aria-hidden="true"></small></div></div>`;

export class ErrorNotice {
  readonly #notice: HTMLElement;
  #countdown: ReturnType<typeof setInterval> | undefined;

  constructor(root: ShadowRoot) {
    adoptStyles(root, errorNoticeStyles);
    find(root, "#player").insertAdjacentHTML("beforeend", markup);
    this.#notice = find(root, "#error");
  }

  show(error: PlaybackError | null): void {
    clearInterval(this.#countdown);
    this.#notice.hidden = error === null;
    if (!error) return;
    const { title, next } = errorWords(error.kind, error.reason);
    this.#write("h2", title);
    this.#write("p", next);
    this.#countDown(error.retryInSeconds);
  }

  destroy(): void {
    clearInterval(this.#countdown);
  }

  #countDown(retryInSeconds: number | null): void {
    this.#write("small", retryWords(retryInSeconds));
    if (retryInSeconds === null) return;
    const retryAt = performance.now() + retryInSeconds * 1000;
    this.#countdown = setInterval(
      () => this.#write("small", retryWords(Math.max(0, (retryAt - performance.now()) / 1000))),
      1000,
    );
  }

  // Screen readers announce a status again whenever it is written, so only changes are written.
  #write(selector: string, text: string): void {
    const element = find(this.#notice, selector);
    if (element.textContent !== text) element.textContent = text;
  }
}
