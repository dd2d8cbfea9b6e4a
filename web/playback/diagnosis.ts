/** Classifies hls.js's errors by the kinds of session.ts, and says what to do about each. */

import { type ErrorData, ErrorDetails, ErrorTypes } from "hls.js";
import type { PlaybackError } from "./session.ts";
import { TICKET_REFUSED } from "./tickets.ts";

type Remedy = "reload" | "restart-decoder" | "none";

export interface Diagnosis {
  kind: PlaybackError["kind"];
  remedy: Remedy;
  detail: string;
}

const UNSUPPORTED: ReadonlySet<string> = new Set([
  ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR,
  ErrorDetails.BUFFER_ADD_CODEC_ERROR,
  ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR,
]);

const EMPTY_STREAM: ReadonlySet<string> = new Set([
  ErrorDetails.MANIFEST_PARSING_ERROR,
  ErrorDetails.LEVEL_EMPTY_ERROR,
  ErrorDetails.LEVEL_PARSING_ERROR,
]);

/** Statuses that an origin returns before the channel runs. */
const MISSING: ReadonlySet<number> = new Set([403, 404, 410]);

export function diagnose(error: ErrorData, isOnline: boolean): Diagnosis {
  const detail = `${error.details}: ${error.error.message}`;
  if (UNSUPPORTED.has(error.details)) return { kind: "unsupported", remedy: "none", detail };
  if (error.type === ErrorTypes.MEDIA_ERROR) {
    return EMPTY_STREAM.has(error.details)
      ? { kind: "not-started", remedy: "reload", detail }
      : { kind: "media-broken", remedy: "restart-decoder", detail };
  }
  if (!isOnline) return { kind: "offline", remedy: "reload", detail };
  if (error.response?.code === TICKET_REFUSED) return { kind: "ticket-refused", remedy: "reload", detail };
  const isMissing =
    error.details === ErrorDetails.MANIFEST_LOAD_ERROR && MISSING.has(error.response?.code ?? 0);
  if (isMissing || EMPTY_STREAM.has(error.details)) return { kind: "not-started", remedy: "reload", detail };
  return { kind: "cdn-failing", remedy: "reload", detail };
}
