import { expect, test } from "vitest";
import type { RefusalReason } from "../../../functions/edge/ticket.ts";
import { TicketError } from "../../playback/ticket-request.ts";
import { complaintAbout } from "./complaints.ts";

const refused = (reason: RefusalReason | null, retryAfter = "") => {
  const response = new Response("", {
    status: 401,
    headers: retryAfter ? { "retry-after": retryAfter } : {},
  });
  return new TicketError(
    "That isn't the password. Check it, then try again.",
    response,
    reason ? { reason } : {},
  );
};

test.each([
  [refused("wrong-password"), "That isn't the password. Check it, then try again."],
  [refused("too-often", "401"), "Too many tries. Try again in 7 minutes."],
  [refused("too-often", "30"), "Too many tries. Try again in a minute."],
  [refused(null), "The stream can't be reached. Try again."],
  [new TypeError("Failed to fetch"), "The stream can't be reached. Try again."],
])("%s", (error, words) => {
  expect(complaintAbout(error)).toBe(words);
});
