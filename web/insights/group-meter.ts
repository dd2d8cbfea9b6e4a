/** Says since when a viewer has been in its group: a report is of one group, or of none. */

import type { Group } from "../../functions/insights/report-shape.ts";

/** How far a viewer shares, as web/policy decides it. */
export interface Allowed {
  readonly mode: string;
  readonly reason: string;
}

export class GroupMeter {
  group: Group = "none";
  /** In milliseconds since the epoch; 0 as long as it never changed. */
  since = 0;
  #hasLooked = false;

  look({ mode, reason }: Allowed, at: number): void {
    const group = groupOf(mode, reason);
    if (this.#hasLooked && group !== this.group) this.since = at;
    this.group = group;
    this.#hasLooked = true;
  }
}

/** Of who wouldn't share in any case nothing is to be learned. */
function groupOf(mode: string, reason: string): Group {
  if (reason === "control") return "control";
  return mode === "off" ? "none" : "sharing";
}
