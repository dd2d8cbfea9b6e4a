import { type ErrorData, ErrorDetails, ErrorTypes } from "hls.js";
import { expect, test } from "vitest";
import { diagnose } from "./trouble.ts";

function failure(type: ErrorTypes, details: ErrorDetails, code?: number): ErrorData {
  const error = new Error("said below");
  const response = code === undefined ? {} : { response: { url: "", data: undefined, code } };
  return { type, details, fatal: true, error, ...response } as ErrorData;
}

test("a playlist that isn't there means that the stream hasn't started", () => {
  const error = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_LOAD_ERROR, 404);
  expect(diagnose(error, true)).toMatchObject({ kind: "not-started", remedy: "reload" });
});

test("so does an empty one", () => {
  const error = failure(ErrorTypes.MEDIA_ERROR, ErrorDetails.LEVEL_EMPTY_ERROR);
  expect(diagnose(error, true).kind).toBe("not-started");
  expect(diagnose(failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_PARSING_ERROR), true).kind).toBe(
    "not-started",
  );
});

test("an error of the server is the CDN's", () => {
  const error = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.LEVEL_LOAD_ERROR, 503);
  expect(diagnose(error, true)).toMatchObject({ kind: "cdn-failing", remedy: "reload" });
  const unreachable = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.MANIFEST_LOAD_ERROR);
  expect(diagnose(unreachable, true).kind).toBe("cdn-failing");
});

test("without a network it's the viewer's line", () => {
  const error = failure(ErrorTypes.NETWORK_ERROR, ErrorDetails.LEVEL_LOAD_ERROR);
  expect(diagnose(error, false)).toMatchObject({ kind: "offline", remedy: "reload" });
});

test("codecs that the browser hasn't got are beyond help", () => {
  const error = failure(ErrorTypes.MEDIA_ERROR, ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR);
  expect(diagnose(error, true)).toMatchObject({ kind: "unsupported", remedy: "none" });
});

test("what can't be decoded gets a fresh decoder", () => {
  const error = failure(ErrorTypes.MEDIA_ERROR, ErrorDetails.BUFFER_APPEND_ERROR);
  expect(diagnose(error, true)).toMatchObject({ kind: "media-broken", remedy: "restart-decoder" });
});
