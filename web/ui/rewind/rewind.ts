/** Shows the bar to rewind while the playlist reaches back far enough, and beside it how far behind live the viewer is. */

import type { LiveSession } from "../../playback/session.ts";
import { adoptStyles, find } from "../shadow-root.ts";
import rewindStyles from "./rewind.css" with { type: "text" };
import { behindText, needsBar } from "./rewind-window.ts";
import type { SeekBar } from "./seek-bar.ts";

const markup = `
<div id="rewind" hidden>
  <shoal-seek-bar><span slot="preview"></span></shoal-seek-bar>
  <span id="behind" aria-hidden="true"></span>
</div>`;

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
    adoptStyles(root, rewindStyles);
    find(root, "media-control-bar").insertAdjacentHTML("afterbegin", markup);
    const { signal } = this.#listening;
    for (const event of ["seeking", "timeupdate"])
      video.addEventListener(event, () => this.update(), { signal });
  }

  /** Has to be called once a second, because a paused video has no events although live moves on. */
  update(): void {
    const { seekable, isLive } = this.#session;
    const reachSeconds = seekable ? seekable.liveSeconds - seekable.startSeconds : 0;
    this.#show(needsBar(reachSeconds, this.#isShown));
    if (!this.#isShown || !seekable) return;
    const text = isLive ? "" : behindText(seekable.liveSeconds - this.#video.currentTime);
    find(this.#root, "#behind").textContent = text;
    this.#bar?.refresh();
  }

  destroy(): void {
    this.#listening.abort();
  }

  #show(isShown: boolean): void {
    if (isShown === this.#isShown) return;
    this.#isShown = isShown;
    find(this.#root, "#rewind").hidden = !isShown;
    find(this.#root, "#player").toggleAttribute("data-can-rewind", isShown);
    if (isShown) this.#loading ??= this.#load();
  }

  async #load(): Promise<void> {
    try {
      await import("./seek-bar.ts");
    } catch (error) {
      console.warn("The bar to rewind can't be loaded. The keys still work:", error);
    }
    if (this.#listening.signal.aborted || !customElements.get("shoal-seek-bar")) return;
    this.#bar = find<SeekBar>(this.#root, "shoal-seek-bar");
    this.#bar.session = this.#session;
    this.update();
  }
}
