/** A viewer's membership in its channel's swarms: loads and starts the engine after the first frame, and ends it. */

import type { Engine, EngineOptions } from "../../engine/engine.ts";
import type { BannedPeers } from "../../sharing/banned-peers.ts";
import type { SegmentScheduler } from "../../sharing/scheduler.ts";
import type { PlayerAdapter } from "./player-adapter.ts";

const FOLLOWED_EVENTS = ["timeupdate", "seeking", "ratechange"];

export class Membership {
  #engine: Engine | null = null;
  /** Whoever isn't to be met again isn't after rejoining either. */
  #banned: BannedPeers | undefined;
  #hasJoined = false;
  #following = new AbortController();
  #leaving = new AbortController();

  /** Null until the engine runs. */
  get engine(): Engine | null {
    return this.#engine;
  }

  get hasJoined(): boolean {
    return this.#hasJoined;
  }

  /**
   * Starts the engine once `ready` resolves, usually with the first frame on the screen, and tells it what the player
   * plays. Resolves when that is done, or when the viewer has left in the meantime; rejects if the engine can't be
   * loaded or started.
   */
  async join(
    player: PlayerAdapter,
    scheduler: SegmentScheduler,
    options: () => EngineOptions,
    ready: (leaving: AbortSignal) => Promise<void>,
  ): Promise<void> {
    this.#hasJoined = true;
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    await ready(signal);
    try {
      const { Engine } = await import("../../engine/engine.ts");
      if (signal.aborted) return;
      this.#engine = new Engine({ ...options(), banned: this.#banned });
      this.#banned = this.#engine.banned;
      introduce(this.#engine, player, scheduler);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Reports this media element's playhead to the engine, in place of the previous element's; null reports none. */
  follow(media: HTMLMediaElement | null): void {
    this.#following.abort();
    this.#following = new AbortController();
    const { signal } = this.#following;
    for (const event of FOLLOWED_EVENTS) {
      media?.addEventListener(event, () => this.#engine?.moveTo(media.currentTime, media.playbackRate), {
        signal,
      });
    }
  }

  leave(): void {
    this.#leaving.abort();
    this.#hasJoined = false;
    this.#engine?.destroy();
    this.#engine = null;
  }
}

function introduce(engine: Engine, player: PlayerAdapter, scheduler: SegmentScheduler): void {
  for (const { kind, rendition, traits } of player.renditions()) engine.addRendition(kind, rendition, traits);
  for (const [rendition, segments] of scheduler.playlists) engine.updateSegments(rendition, segments);
  for (const { rendition, segment } of scheduler.playing) {
    if (segment) engine.playerAt(rendition, segment.url);
  }
}
