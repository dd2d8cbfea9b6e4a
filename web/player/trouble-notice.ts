/** Shows what is wrong over the picture, with the seconds until the next try, until it has healed. */

import type { Trouble } from "../sharing/session.ts";
import { retryWords, troubleWords } from "./trouble-words.ts";

export class TroubleNotice {
  readonly #notice: HTMLElement;
  #countdown: ReturnType<typeof setInterval> | undefined;

  constructor(notice: HTMLElement) {
    this.#notice = notice;
  }

  show(trouble: Trouble | null): void {
    clearInterval(this.#countdown);
    this.#notice.hidden = trouble === null;
    if (!trouble) return;
    const { title, next } = troubleWords(trouble.kind);
    this.#write("h2", title);
    this.#write("p", next);
    this.#countDown(trouble.retryInSeconds);
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

  // A status that is written again is read aloud again, so only what changed is written.
  #write(selector: string, text: string): void {
    const element = this.#notice.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }
}
