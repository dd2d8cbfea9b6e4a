/** What a viewer reads who gets no ticket: what is wrong, and what to do; and when the same may be tried again. */

import type { RefusalReason } from "../../functions/edge/ticket.ts";

export const REFUSALS: Readonly<Record<RefusalReason, { readonly title: string; readonly next: string }>> = {
  "pass-needed": {
    title: "This stream is private",
    next: "Open it by your personal link, or reload this page if it has a password.",
  },
  "wrong-password": {
    title: "That isn't the password",
    next: "Check it, then try again.",
  },
  "link-unknown": {
    title: "This link doesn't open the stream",
    next: "Check that it was copied whole, or ask for another.",
  },
  "link-revoked": {
    title: "This link isn't valid any more",
    next: "Ask for another.",
  },
  "link-over": {
    title: "This link has expired",
    next: "Ask for another.",
  },
  "link-full": {
    title: "This link is in use",
    next: "As many are watching by it as may. Close it elsewhere, then wait five minutes.",
  },
  "token-refused": {
    title: "You aren't signed in for this stream",
    next: "Open it again from the site where you sign in.",
  },
  "token-over": {
    title: "Your sign-in has expired",
    next: "Open the stream again from the site where you sign in.",
  },
  "too-often": {
    title: "Too many tries",
    next: "Wait a few minutes, then try again.",
  },
};

/** Others of the link may leave, and a window of tries ends. */
const PASSING: readonly RefusalReason[] = ["link-full", "too-often"];

/** Wrong ones are counted: what won't get right by itself is hardly tried again. */
export function retrySecondsAfter(reason: RefusalReason): number {
  return PASSING.includes(reason) ? 60 : 600;
}
