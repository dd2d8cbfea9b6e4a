/** Decides what is on the stage: the player or not, and what lies over it. */

import type { Standing } from "../../functions/record/broadcast.ts";
import type { EventNow } from "../../functions/site/event-now.ts";

export interface StagePlan {
  isPlaying: boolean;
  /** What the cover over the stage says; null for no cover. */
  cover: Exclude<Standing, "live"> | null;
  /** When to plan again, in milliseconds; null for not before the next answer. */
  againInMs: number | null;
}

export interface StageNow {
  /** Milliseconds since the epoch, by the deployment's clock. */
  now: number;
  isPlaying: boolean;
  /** What lies over the stage. */
  cover: StagePlan["cover"];
  /** How far the viewer is behind what the channel sends; what it tells is due on the screen so much later. */
  delaySeconds: number;
}

/** The last segments play on after the channel has told that it stopped. */
const END_MARGIN_MS = 4_000;

export function planStage({ details, standing, since }: EventNow, stage: StageNow): StagePlan {
  // Without an event the page is the player alone, which says by itself why it has no picture.
  if (!details || standing === null) return { isPlaying: true, cover: null, againInMs: null };
  if (standing === "live" && !stage.isPlaying) {
    // What covers the stage stays until the player has a picture.
    return { isPlaying: true, cover: stage.cover, againInMs: null };
  }
  const goal = {
    isPlaying: standing === "live" || standing === "back-soon",
    cover: standing === "live" ? null : standing,
  };
  const margin = standing === "ended" ? END_MARGIN_MS : 0;
  const due = (since ?? 0) + stage.delaySeconds * 1000 + margin;
  if (!stage.isPlaying || stage.now >= due) return { ...goal, againInMs: null };
  return { isPlaying: true, cover: stage.cover, againInMs: due - stage.now };
}
