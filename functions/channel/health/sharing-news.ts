/** What people are told when SharingGuard lets fewer viewers share: once for each time that it does. */

import type { Health, ShowEvent } from "../../record/show.ts";
import type { Mail } from "./mail.ts";

interface SharingNews {
  readonly events: readonly ShowEvent[];
  readonly mail: Mail;
  /** What is remembered of it. */
  readonly told: Pick<Health, "sharingTold">;
}

/** Null where there is nothing to tell that isn't told. */
export function sharingNews(
  notice: { readonly ramp: number; readonly since: number; readonly text: string } | null,
  before: Health | null,
): SharingNews | null {
  if (notice === null || notice.since === before?.sharingTold) return null;
  const { since, ramp, text } = notice;
  return {
    events: [{ at: since, kind: "sharing-lowered", severity: "warning", text }],
    mail: {
      subject: `Shoal: sharing lowered to ${Math.round(100 * ramp)} %`,
      message: `${text}\n\nThe studio compares both groups, under what viewers get. SharingGuard=off lets all of them share again.`,
    },
    told: { sharingTold: since },
  };
}
