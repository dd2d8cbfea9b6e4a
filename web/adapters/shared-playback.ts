/**
 * What the adapters for hls.js and Shaka have in common: stats once a second, and the viewer's sharing choice.
 *
 * adapters/ may import playback/, policy/ and ui/.
 */

import { Emitter } from "../playback/emitter.ts";
import { secondsBuffered } from "../playback/playhead/buffered.ts";
import { watchPlayback } from "../playback/playhead/playback-watch.ts";
import type { SharingOptions } from "../playback/shell/player-adapter.ts";
import { type Stats, StatsCounter } from "../playback/stats.ts";
import type { Stream } from "../playback/stream.ts";
import type { SharingMode } from "../policy/allowance.ts";
import { browserStorage } from "../policy/preferences.ts";
import { SharingChoice } from "../policy/sharing-choice.ts";
import { beginReports } from "./begin-reports.ts";
import { rememberChoice } from "./sharing-notice.ts";

/** What a page can read and set. */
export interface Sharing {
  readonly stats: Stats;
  /** Calls `listener` with the stats once a second. Returns a function that stops it. */
  watchStats(listener: (stats: Stats) => void): () => void;
  readonly mode: SharingMode;
  /** Limits sharing on this page. It never goes beyond the viewer's choice and the deployment's policy. */
  setMode(mode: SharingMode): void;
}

export class SharedPlayback implements Sharing {
  readonly options: SharingOptions;
  readonly #stream: Stream;
  readonly #choice: SharingChoice;
  readonly #counter = new StatsCounter();
  readonly #watchers = new Emitter<{ stats: Stats }>();
  #stops: (() => void)[] = [];

  constructor(stream: Stream) {
    const { policy, delaySeconds = null, ...rest } = stream;
    this.#stream = stream;
    this.#choice = new SharingChoice(policy, browserStorage(), rest.tickets?.viewer);
    rememberChoice(this, this.#choice);
    this.options = {
      ...rest,
      mode: this.mode,
      sharingAbove: this.#choice.policy.above,
      delaySeconds,
      stats: this.#counter,
      // The player reports network errors itself.
      onCdn: () => {},
    };
  }

  /** Called when the player, which is `by`, has a video element and `sharing` delivers segments to it. */
  begin(
    by: object,
    video: HTMLVideoElement,
    sharing: { setMode(mode: SharingMode): void },
    delaySeconds: () => number | null,
  ): void {
    this.end();
    const ticking = setInterval(() => {
      this.#counter.playback(delaySeconds(), secondsBuffered(video));
      this.#watchers.emit("stats", this.stats);
    }, 1000);
    this.#stops = [
      () => clearInterval(ticking),
      watchPlayback(video, this.#counter, () =>
        this.#stops.push(beginReports(this.#stream, { by, video, counted: this, choice: this.#choice })),
      ),
      this.#choice.watch(({ mode }) => sharing.setMode(mode)),
    ];
  }

  end(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  get stats(): Stats {
    return this.#counter.read(performance.now() / 1000);
  }

  watchStats(listener: (stats: Stats) => void): () => void {
    return this.#watchers.on("stats", listener);
  }

  get mode(): SharingMode {
    return this.#choice.allowance.mode;
  }

  setMode(mode: SharingMode): void {
    this.#choice.limitTo(mode);
  }
}
