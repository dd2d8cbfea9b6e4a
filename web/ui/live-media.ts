/**
 * Adds to a video element what Media Chrome wants to know of a live stream: that it is live, whether it plays at the
 * live delay, and its renditions. The properties are those of video-dev/media-ui-extensions.
 */

import type { LiveSession, Quality } from "../playback/session.ts";
import { qualityName } from "./quality-names.ts";

interface Rendition {
  id: string;
  width: number;
  height: number;
  bitrate: number;
}

/** The extension's `videoRenditions`: an array-like that dispatches an event when it changes. */
export class Renditions extends EventTarget {
  [index: number]: Rendition;
  readonly #session: LiveSession;
  #ladder: readonly Quality[] = [];
  #renditions: readonly Rendition[] = [];

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

  /** The name for viewers of the rendition with this id. */
  nameOf(id: string | undefined): string {
    const quality = this.#ladder[Number(id)];
    return quality ? qualityName(quality, this.#ladder) : "";
  }

  show(ladder: readonly Quality[]): void {
    for (const index of this.#ladder.keys()) delete this[index];
    this.#ladder = ladder;
    this.#renditions = ladder.map(({ width, height, bitsPerSecond }, index) => ({
      id: `${index}`,
      width,
      height,
      bitrate: bitsPerSecond,
    }));
    Object.assign(this, this.#renditions);
    this.dispatchEvent(new Event("addrendition"));
  }

  [Symbol.iterator](): Iterator<Rendition> {
    return this.#renditions[Symbol.iterator]();
  }
}

export interface LiveMedia extends HTMLVideoElement {
  videoRenditions: Renditions;
}

/** Adds the extension's properties to `video`. The caller keeps the returned renditions current. */
export function extendMedia(video: HTMLVideoElement, session: LiveSession): Renditions {
  const videoRenditions = new Renditions(session);
  Object.defineProperties(video, {
    streamType: { value: "live" },
    videoRenditions: { value: videoRenditions },
    // Media Chrome only compares this to the playhead. The session decides it better: a stream is live within a
    // segment or so of its live delay.
    liveEdgeStart: { get: () => (session.isLive ? 0 : Number.POSITIVE_INFINITY) },
  });
  return videoRenditions;
}
