/** Shows the bar to rewind by while the stream reaches back far enough, and beside it how far behind live one is. */

import type { LiveSession } from "../sharing/session.ts";
import { part } from "./part.ts";
import { behindText, isWorthABar } from "./rewind-window.ts";
import type { SeekBar } from "./seek-bar.ts";

export class Rewind {
  readonly #root: ShadowRoot;
  readonly #video: HTMLVideoElement;
  readonly #session: LiveSession;
  readonly #listening = new AbortController();
  #isShown = false;
  #loading: Promise<void> | undefined;
  #bar: SeekBar | undefined;

  constructor(root: ShadowRoot, video: HTMLVideoElement, session: LiveSession) {
    this.#root = root;
    this.#video = video;
    this.#session = session;
    const { signal } = this.#listening;
    for (const event of ["seeking", "timeupdate"])
      video.addEventListener(event, () => this.update(), { signal });
  }

  /** To be called now and then: while the video is paused, nothing else tells that time goes on. */
  update(): void {
    const { seekable, isLive } = this.#session;
    const reachSeconds = seekable ? seekable.liveSeconds - seekable.startSeconds : 0;
    this.#show(isWorthABar(reachSeconds, this.#isShown));
    if (!this.#isShown || !seekable) return;
    const text = isLive ? "" : behindText(seekable.liveSeconds - this.#video.currentTime);
    part(this.#root, "#behind").textContent = text;
    this.#bar?.refresh();
  }

  destroy(): void {
    this.#listening.abort();
  }

  #show(isShown: boolean): void {
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    part(this.#root, "#rewind").hidden = !isShown;
    part(this.#root, "#player").toggleAttribute("data-can-rewind", isShown);
    if (isShown) this.#loading ??= this.#load();
  }

  async #load(): Promise<void> {
    try {
      await import("./seek-bar.ts");
    } catch (error) {
      console.warn("The bar to rewind by can't be loaded; the keys do without it:", error);
    }
    if (this.#listening.signal.aborted || !customElements.get("shoal-seek-bar")) return;
    this.#bar = part<SeekBar>(this.#root, "shoal-seek-bar");
    this.#bar.session = this.#session;
    this.update();
  }
}
