/** Judges what comes in from the publisher, minute by minute: what is wrong, what would be right, and what to set in OBS. */

import type { Finding } from "../../record/show.ts";
import { type ActiveAlert, hasInput, type InputMinute, type Rule, type Wanted } from "./minutes.ts";
import { INPUT_RULES } from "./rules/input.ts";
import { OUTPUT_RULES } from "./rules/output.ts";
import { PICTURE_RULES } from "./rules/picture.ts";
import { SOUND_RULES } from "./rules/sound.ts";

const RULES: readonly Rule[] = [...INPUT_RULES, ...PICTURE_RULES, ...SOUND_RULES, ...OUTPUT_RULES];

/** Of one pipeline: its minutes, what the channel wants, and what MediaLive warns of. */
export function findingsIn(
  minutes: readonly InputMinute[],
  wanted: Wanted,
  alerts: readonly Omit<ActiveAlert, "pipeline">[],
): Finding[] {
  const sorted = minutes.toSorted((one, other) => one.minute - other.minute);
  const steady = sorted.filter((each, index) => hasInput(each) && isAfterInput(sorted, index));
  return RULES.flatMap((rule) => rule({ minutes: sorted, steady, wanted, alerts }) ?? []);
}

/** In the minute in which a publisher comes, every least is zero. */
function isAfterInput(minutes: readonly InputMinute[], index: number): boolean {
  const before = minutes[index - 1];
  return before !== undefined && hasInput(before);
}
