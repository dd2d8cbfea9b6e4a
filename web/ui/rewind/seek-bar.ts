/**
 * The bar to rewind: Media Chrome's time range, from the playlist's first segment to the live position instead of
 * the playlist's end. Loaded once the playlist reaches back far enough.
 */

import MediaTimeRange from "media-chrome/dist/media-time-range.js";
import type { LiveSession } from "../../playback/session.ts";
import { behindText, behindWords } from "./rewind-window.ts";

export class SeekBar extends MediaTimeRange {
  session: LiveSession | null = null;

  override get mediaSeekable(): number[] | undefined {
    const window = this.session?.seekable;
    return window ? [window.startSeconds, window.liveSeconds] : undefined;
  }

  // Media Chrome sets the video's own range, which ends at the playlist's end. It only triggers an update here.
  override set mediaSeekable(range: number[] | undefined) {
    super.mediaSeekable = range;
  }

  /** While live, the thumb stays at the end although the delay varies. */
  override get mediaCurrentTime(): number | undefined {
    return this.session?.isLive ? this.session.seekable?.liveSeconds : super.mediaCurrentTime;
  }

  override set mediaCurrentTime(seconds: number | undefined) {
    super.mediaCurrentTime = seconds;
  }

  /** Moves the thumb when the window has moved on but the video hasn't, for example while it is paused. */
  refresh(): void {
    const [start, live] = this.mediaSeekable ?? [];
    const position = this.mediaCurrentTime;
    if (this.dragging || start === undefined || live === undefined || position === undefined) return;
    this.range.valueAsNumber = Math.min(1, Math.max(0, (position - start) / (live - start)));
    this.updateBar();
    this.#describe();
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    super.attributeChangedCallback(name, before, now);
    this.#describe();
  }

  override handleEvent(event: Event): void {
    super.handleEvent(event);
    if (event.type === "pointermove") this.#preview(this.getPointerRatio(event));
    if (event.type === "input") this.#describe();
  }

  /** Replaces Media Chrome's text for screen readers, which counts from the video's zero and means nothing in a live stream. */
  #describe(): void {
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
