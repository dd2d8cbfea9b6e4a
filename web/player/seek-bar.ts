/**
 * The bar to rewind by: Media Chrome's time range from the playlist's beginning to the live position, which isn't
 * its end. Loaded when a window deserves it.
 */

import MediaTimeRange from "media-chrome/dist/media-time-range.js";
import type { LiveSession } from "../sharing/session.ts";
import { behindText, behindWords } from "./rewind-window.ts";

export class SeekBar extends MediaTimeRange {
  session: LiveSession | null = null;

  override get mediaSeekable(): number[] | undefined {
    const window = this.session?.seekable;
    return window ? [window.startSeconds, window.liveSeconds] : undefined;
  }

  // Media Chrome tells what the video says, up to the playlist's end; it is a sign to look again.
  override set mediaSeekable(range: number[] | undefined) {
    super.mediaSeekable = range;
  }

  /** At live the thumb rests at the end, however the delay varies. */
  override get mediaCurrentTime(): number | undefined {
    return this.session?.isLive ? this.session.seekable?.liveSeconds : super.mediaCurrentTime;
  }

  override set mediaCurrentTime(seconds: number | undefined) {
    super.mediaCurrentTime = seconds;
  }

  /** The window moves on without the video, as while it is paused. */
  refresh(): void {
    const [start, live] = this.mediaSeekable ?? [];
    const position = this.mediaCurrentTime;
    if (this.dragging || start === undefined || live === undefined || position === undefined) return;
    this.range.valueAsNumber = Math.min(1, Math.max(0, (position - start) / (live - start)));
    this.updateBar();
    this.#say();
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    this.#say();
  }

  override handleEvent(event: Event): void {
    super.handleEvent(event);
    if (event.type === "pointermove") this.#preview(this.getPointerRatio(event));
    if (event.type === "input") this.#say();
  }

  /** Media Chrome counts from the video's own zero, which no viewer of a live stream knows. */
  #say(): void {
    this.range.setAttribute(
      "aria-valuetext",
      this.session?.isLive ? "Live" : behindWords(this.#behindSeconds(this.range.valueAsNumber)),
    );
  }

  #preview(ratio: number): void {
    const preview = this.querySelector("[slot=preview]");
    if (preview) preview.textContent = ratio < 1 ? behindText(this.#behindSeconds(ratio)) : "Live";
  }

  #behindSeconds(ratio: number): number {
    const [start = 0, live = 0] = this.mediaSeekable ?? [];
    return (1 - ratio) * (live - start);
  }
}

if (!customElements.get("shoal-seek-bar")) customElements.define("shoal-seek-bar", SeekBar);
