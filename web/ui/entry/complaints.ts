/** What a viewer reads whose password wasn't taken. */

import { REFUSALS } from "../../playback/refusals.ts";
import { TicketError } from "../../playback/ticket-request.ts";

/** `error` is what getting a ticket failed with. */
export function complaintAbout(error: unknown): string {
  if (!(error instanceof TicketError) || !error.reason) return "The stream can't be reached. Try again.";
  if (error.retryAfterSeconds === null) return error.message;
  const minutes = Math.ceil(error.retryAfterSeconds / 60);
  return `${REFUSALS[error.reason].title}. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
}
