/**
 * Tells Media Chrome what a plain video element can't: that it is live, whether it is at the live delay, and
 * what qualities there are, by the properties that video-dev/media-ui-extensions describes.
 */

import type { LiveSession, Quality } from "../sharing/session.ts";
import { qualityName } from "./quality-names.ts";

interface Rendition {
  id: string;
  width: number;
  height: number;
  bitrate: number;
}

/** The extension's `videoRenditions`: an array-like of what can be chosen, that says when it changes. */
export class Renditions extends EventTarget {
  [index: number]: Rendition;
  readonly #session: LiveSession;
  #ladder: readonly Quality[] = [];

  constructor(session: LiveSession) {
    super();
    this.#session = session;
    this.show(session.qualities);
  }

  get length(): number {
    return this.#ladder.length;
  }

  /** The chosen rendition, or -1 while the session chooses. */
  get selectedIndex(): number {
    const chosen = this.#session.chosenQuality;
    return chosen === "auto" ? -1 : chosen;
  }

  set selectedIndex(index: number) {
    this.#session.chooseQuality(index < 0 ? "auto" : index);
    this.dispatchEvent(new Event("change"));
  }

  /** What a viewer calls the rendition with this id. */
  nameOf(id: string | undefined): string {
    const quality = this.#ladder[Number(id)];
    return quality ? qualityName(quality, this.#ladder) : "";
  }

  show(ladder: readonly Quality[]): void {
    for (const index of this.#ladder.keys()) delete this[index];
    this.#ladder = ladder;
    for (const [index, { width, height, bitsPerSecond }] of ladder.entries()) {
      this[index] = { id: `${index}`, width, height, bitrate: bitsPerSecond };
    }
    this.dispatchEvent(new Event("addrendition"));
  }

  *[Symbol.iterator](): Iterator<Rendition> {
    for (const index of this.#ladder.keys()) {
      const rendition = this[index];
      if (rendition) yield rendition;
    }
  }
}

export interface LiveMedia extends HTMLVideoElement {
  videoRenditions: Renditions;
}

/** Gives `video` the extension's properties; returns the renditions, which the caller keeps current. */
export function extendMedia(video: HTMLVideoElement, session: LiveSession): Renditions {
  const videoRenditions = new Renditions(session);
  Object.defineProperties(video, {
    streamType: { value: "live" },
    videoRenditions: { value: videoRenditions },
    // Media Chrome asks where the live edge starts only to see whether the picture is past it. The session
    // knows that already, and by a better rule: the live delay, give or take a segment.
    liveEdgeStart: { get: () => (session.isLive ? 0 : Number.POSITIVE_INFINITY) },
  });
  return videoRenditions;
}
