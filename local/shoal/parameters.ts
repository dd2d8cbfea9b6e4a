/** Names the template's parameters that have an option of their own on this machine. */

import type { StartOptions } from "../options.ts";

type Choices = Partial<Pick<StartOptions, "ladder" | "sharing">>;

/** Parameters without their option are left out: the template's defaults hold. */
export function chosenParameters({ ladder, sharing }: Choices): Record<string, string> {
  const chosen = {
    Ladder: ladder,
    SharingConsent: sharing?.consent,
    SharingAbove: sharing?.above,
    SharingReach: sharing?.reach,
  };
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])),
  );
}
