/** Overrides hls.js's ABR controller: a function has the last word on each of its suggestions. */

import type Hls from "hls.js";
import type { HlsConfig } from "hls.js";

type AbrController = HlsConfig["abrController"];

/**
 * A class for hls.js's `abrController`. `nextLevel` takes the level that `base` suggests and how long the current one
 * has been played, and returns the level to play.
 */
export function abrControllerOver(
  base: AbrController,
  nextLevel: (hls: Hls, suggested: number, secondsSinceSwitch: number) => number,
): AbrController {
  return class extends base {
    #lastSwitchAt = Number.NEGATIVE_INFINITY;
    #playing = -1;

    override get nextAutoLevel(): number {
      const suggested = super.nextAutoLevel;
      const { hls } = this;
      if (!hls || hls.loadLevel < 0) return suggested;
      const at = performance.now() / 1000;
      if (this.#playing !== hls.loadLevel) {
        // The first level is a guess, to be corrected as soon as the throughput is known.
        if (this.#playing >= 0) this.#lastSwitchAt = at;
        this.#playing = hls.loadLevel;
      }
      return nextLevel(hls, suggested, at - this.#lastSwitchAt);
    }

    override set nextAutoLevel(level: number) {
      super.nextAutoLevel = level;
    }
  };
}
