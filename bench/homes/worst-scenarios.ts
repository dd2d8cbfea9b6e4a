/** The scenarios in which sharing did the most harm, in any size: the bench has six homes, test/homes three. */

import { entering, homes, line, STREAM_KILOBITS, USUAL } from "./access-lines.ts";
import type { Scenario } from "./scenario.ts";

export interface Size {
  readonly viewers: number;
  readonly measured: Scenario["measured"];
}

const NARROW_DOWN_KILOBITS = 2_000;

/** From the beginning of what is measured; until then the viewer serves. */
const COLLAPSE_SECONDS = 5;

export function narrowDownlink({ viewers, measured }: Size): Scenario {
  return {
    name: "narrow-downlink",
    title: "one with 2 Mbit/s down, others 20/5",
    routers: [...homes(1, line(NARROW_DOWN_KILOBITS, 1_000)), ...homes(viewers - 1, USUAL)],
    events: entering(viewers, 1),
    measured,
  };
}

/** The first half is weak, and one more if the number is odd. */
export function weakUplinks({ viewers, measured }: Size): Scenario {
  const weak = Math.ceil(viewers / 2);
  return {
    name: "weak-uplinks",
    title: "half with an uplink of a quarter of the stream",
    routers: [...homes(weak, line(20_000, STREAM_KILOBITS / 4)), ...homes(viewers - weak, USUAL)],
    events: entering(viewers, 1),
    measured,
    mostCopies: 3.5,
  };
}

export function uplinkCollapse({ viewers, measured }: Size): Scenario {
  const at = measured.from + COLLAPSE_SECONDS;
  return {
    name: "uplink-collapse",
    title: "an uplink collapses to 200 kbit/s while serving",
    routers: homes(viewers, USUAL),
    events: [...entering(viewers, 1), { at, does: "change-line", router: 0, line: line(20_000, 200) }],
    measured,
  };
}
