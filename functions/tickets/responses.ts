/** Reads the edge's request for a ticket, and writes the answer. */

import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import type { EntryWay } from "../edge/ticket.ts";
import { localityOf } from "../tracker/handshake.ts";
import type { EntryOutcome, EntryRequest } from "./entry.ts";

type TicketResponse = Exclude<LambdaFunctionURLResult, string>;

/** The edge has set all of it, or looked at it, but for the value. */
export function requestOf(event: LambdaFunctionURLEvent, addressSalt: string): EntryRequest {
  const { headers, queryStringParameters, requestContext } = event;
  const [way = "", value = ""] = (headers["x-shoal-pass"] ?? "").split(" ");
  const { lan } = localityOf(
    { headers, sourceIp: requestContext.http.sourceIp, connectionId: requestContext.requestId },
    addressSalt,
  );
  return {
    way: way as EntryWay,
    value,
    viewer: headers["x-shoal-viewer"],
    isLasting: queryStringParameters?.["lasting"] !== undefined,
    network: lan,
    generation: Number(headers["x-shoal-generation"]),
    swarm: headers["x-shoal-swarm"] ?? "",
  };
}

export function responseTo(outcome: EntryOutcome): TicketResponse {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  if ("ticket" in outcome) return { statusCode: 200, headers, body: JSON.stringify(outcome.ticket) };
  const { reason, retryAfterSeconds } = outcome;
  const body = JSON.stringify({ reason });
  // Of the statuses for a refusal, CloudFront remembers neither of these two, whose answers differ by viewer.
  if (retryAfterSeconds === undefined) return { statusCode: 401, headers, body };
  return { statusCode: 429, headers: { ...headers, "retry-after": String(retryAfterSeconds) }, body };
}
