/** Puts hls.js's errors into the words of session.ts, and says which way out there is. */

import { type ErrorData, ErrorDetails, ErrorTypes } from "hls.js";
import type { Trouble } from "./session.ts";

type Remedy = "reload" | "restart-decoder" | "none";

export interface Diagnosis {
  kind: Trouble["kind"];
  remedy: Remedy;
  detail: string;
}

const UNSUPPORTED: ReadonlySet<string> = new Set([
  ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR,
  ErrorDetails.BUFFER_ADD_CODEC_ERROR,
  ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR,
]);

const NOTHING_THERE: ReadonlySet<string> = new Set([
  ErrorDetails.MANIFEST_PARSING_ERROR,
  ErrorDetails.LEVEL_EMPTY_ERROR,
  ErrorDetails.LEVEL_PARSING_ERROR,
]);

/** Statuses with which an origin answers before the channel runs. */
const NOT_YET: ReadonlySet<number> = new Set([403, 404, 410]);

export function diagnose(error: ErrorData, isOnline: boolean): Diagnosis {
  const detail = `${error.details}: ${error.error.message}`;
  if (UNSUPPORTED.has(error.details)) return { kind: "unsupported", remedy: "none", detail };
  if (error.type === ErrorTypes.MEDIA_ERROR) {
    return NOTHING_THERE.has(error.details)
      ? { kind: "not-started", remedy: "reload", detail }
      : { kind: "media-broken", remedy: "restart-decoder", detail };
  }
  if (!isOnline) return { kind: "offline", remedy: "reload", detail };
  const isMissing =
    error.details === ErrorDetails.MANIFEST_LOAD_ERROR && NOT_YET.has(error.response?.code ?? 0);
  if (isMissing || NOTHING_THERE.has(error.details)) return { kind: "not-started", remedy: "reload", detail };
  return { kind: "cdn-failing", remedy: "reload", detail };
}
