/** Shows a session's qualities as Video.js's quality levels, by which pages choose a quality. */

import type { LiveSession, Quality } from "../playback/session.ts";

/** Opaque: created and read by Video.js only. */
type QualityLevel = object;

export interface QualityLevels {
  selectedIndex_: number;
  addQualityLevel(level: {
    id: string;
    width: number;
    height: number;
    bitrate: number;
    frameRate: number;
    enabled(isEnabled?: boolean): boolean;
  }): QualityLevel;
  removeQualityLevel(level: QualityLevel): void;
  dispose(): void;
  trigger(event: { type: "change"; selectedIndex: number }): void;
}

/**
 * Keeps Video.js's quality levels in line with the session's. Pages choose a quality by disabling all other levels.
 * Returns a function that removes the levels, for the player's next source.
 */
export function mirrorQualities(session: LiveSession, levels: QualityLevels): () => void {
  const added: QualityLevel[] = [];
  const disabled = new Set<number>();
  const choose = (qualities: readonly Quality[]) => {
    const [first, ...others] = qualities.filter(({ index }) => !disabled.has(index));
    session.chooseQuality(first && others.length === 0 ? first.index : "auto");
  };
  session.on("qualities", (qualities) => {
    for (const { index, width, height, bitsPerSecond, framesPerSecond } of qualities) {
      const level = levels.addQualityLevel({
        id: `${index}`,
        width,
        height,
        bitrate: bitsPerSecond,
        frameRate: framesPerSecond,
        enabled: (isEnabled) => {
          if (isEnabled !== undefined) {
            if (isEnabled) disabled.delete(index);
            else disabled.add(index);
            choose(qualities);
          }
          return !disabled.has(index);
        },
      });
      added.push(level);
    }
  });
  session.on("quality", ({ index }) => {
    levels.selectedIndex_ = index;
    levels.trigger({ type: "change", selectedIndex: index });
  });
  return () => {
    for (const level of added) levels.removeQualityLevel(level);
  };
}
