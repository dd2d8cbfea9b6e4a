/** hls.js's adaptation to the line, with the last word on each of its suggestions given to somebody else. */

import type Hls from "hls.js";
import type { HlsConfig } from "hls.js";

type AbrController = HlsConfig["abrController"];

/**
 * A class for hls.js's `abrController`. `nextLevel` takes what `base` suggests and how long the rendition has been
 * played, and gives the level to play.
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
        // The first rendition is a guess, which is to be put right as soon as the line is known.
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
