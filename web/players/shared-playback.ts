/**
 * Sharing beside somebody else's player: the figures, what the viewer allows, and the once-a-second watch over
 * the picture. The adapters for players that fetch for themselves have it in common.
 */

import type { Stream } from "../module/stream.ts";
import { browserStorage } from "../player/preferences.ts";
import { SharingChoice } from "../player/sharing-choice.ts";
import { Emitter } from "../sharing/emitter.ts";
import { type Figures, FiguresCounter } from "../sharing/figures.ts";
import { secondsBuffered, watchPlayback } from "../sharing/playback-watch.ts";
import type { SharingMode } from "../sharing/session.ts";
import type { SharingOptions } from "../sharing/stream-sharing.ts";

/** What a page gets to see and to set. */
export interface Sharing {
  readonly figures: Figures;
  /** Calls back with the figures once a second; returns the way to stop. */
  watchFigures(listener: (figures: Figures) => void): () => void;
  readonly mode: SharingMode;
  /** The viewer's own choice, remembered; never beyond the deployment's policy. */
  setMode(mode: SharingMode): void;
}

export class SharedPlayback implements Sharing {
  readonly options: SharingOptions;
  readonly #choice: SharingChoice;
  readonly #counter = new FiguresCounter();
  readonly #watchers = new Emitter<{ figures: Figures }>();
  #stops: (() => void)[] = [];

  constructor({ policy, channel, trackers, stunServers, delaySeconds = null }: Stream) {
    this.#choice = new SharingChoice(policy, browserStorage());
    this.options = {
      channel,
      trackers,
      stunServers,
      mode: this.mode,
      delaySeconds,
      figures: this.#counter,
      // Troubles of the line are the player's to tell, in its own words.
      onCdn: () => {},
    };
  }

  /** From now on a player plays in `video`, with what `sharing` brings it. */
  begin(
    video: HTMLVideoElement,
    sharing: { setMode(mode: SharingMode): void },
    delaySeconds: () => number | null,
  ): void {
    this.end();
    const ticking = setInterval(() => {
      this.#counter.playback(delaySeconds(), secondsBuffered(video));
      this.#watchers.emit("figures", this.figures);
    }, 1000);
    this.#stops = [
      () => clearInterval(ticking),
      watchPlayback(video, this.#counter, () => {}),
      this.#choice.watch(({ mode }) => sharing.setMode(mode)),
    ];
  }

  end(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  get figures(): Figures {
    return this.#counter.read(performance.now() / 1000);
  }

  watchFigures(listener: (figures: Figures) => void): () => void {
    return this.#watchers.on("figures", listener);
  }

  get mode(): SharingMode {
    return this.#choice.allowance.mode;
  }

  setMode(mode: SharingMode): void {
    this.#choice.choose(mode);
  }
}
