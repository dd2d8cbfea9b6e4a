import { type ErrorData, ErrorDetails, ErrorTypes } from "hls.js";
import { expect, test } from "vitest";
import { diagnose } from "./diagnosis.ts";

function failure(type: ErrorTypes, details: ErrorDetails, code?: number): ErrorData {
  const error = new Error("said below");
  const response = code === undefined ? {} : { response: { url: "", data: undefined, code } };
  return { type, details, fatal: true, error, ...response } as ErrorData;
}

test("a missing playlist means that the stream hasn't started", () => {
  const error = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_LOAD_ERROR, 404);
  expect(diagnose(error, true)).toMatchObject({ kind: "not-started", remedy: "reload" });
});

test("an empty playlist means that the stream hasn't started", () => {
  const error = failure(ErrorTypes.MEDIA_ERROR, ErrorDetails.LEVEL_EMPTY_ERROR);
  expect(diagnose(error, true).kind).toBe("not-started");
  expect(diagnose(failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_PARSING_ERROR), true).kind).toBe(
    "not-started",
  );
});

test("a server error, or no response, is the CDN's failure", () => {
  const error = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.LEVEL_LOAD_ERROR, 503);
  expect(diagnose(error, true)).toMatchObject({ kind: "cdn-failing", remedy: "reload" });
  const unreachable = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_LOAD_ERROR);
  expect(diagnose(unreachable, true).kind).toBe("cdn-failing");
});

test("without a network the viewer is offline", () => {
  const error = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.LEVEL_LOAD_ERROR);
  expect(diagnose(error, false)).toMatchObject({ kind: "offline", remedy: "reload" });
});

test("codecs that the browser lacks can't be recovered from", () => {
  const error = failure(ErrorTypes.MEDIA_ERROR, ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR);
  expect(diagnose(error, true)).toMatchObject({ kind: "unsupported", remedy: "none" });
});

test("data that can't be decoded restarts the decoder", () => {
  const error = failure(ErrorTypes.MEDIA_ERROR, ErrorDetails.BUFFER_APPEND_ERROR);
  expect(diagnose(error, true)).toMatchObject({ kind: "media-broken", remedy: "restart-decoder" });
});

test("a refused ticket is told apart from a stream that hasn't started", () => {
  for (const details of [ErrorDetails.MANIFEST_LOAD_ERROR, ErrorDetails.LEVEL_LOAD_ERROR]) {
    expect(diagnose(failure(ErrorTypes.NETWORK_ERROR, details, 401), true)).toMatchObject({
      kind: "ticket-refused",
      remedy: "reload",
    });
  }
});
