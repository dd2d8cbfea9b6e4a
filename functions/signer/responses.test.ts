import { describe, expect, test } from "vitest";
import event from "../../events/signer/signatures.json" with { type: "json" };
import { respond, sequenceIn } from "./responses.ts";

const HLS = "/out/v1/shoal/live/cmaf/index.m3u8";
const FOLDER = "/signatures/out/v1/shoal/live/cmaf/";

describe("a path", () => {
  test("names a media sequence number below the stream's folder", () => {
    expect(sequenceIn(event.rawPath, HLS)).toBe(1_795_222_131);
    expect(sequenceIn(`${FOLDER}0`, HLS)).toBe(0);
  });
  test.each([
    FOLDER,
    `${FOLDER}1/`,
    `${FOLDER}01`,
    `${FOLDER}-1`,
    `${FOLDER}1e3`,
    `${FOLDER}1%30`,
    `${FOLDER}../cmaf/1`,
    `${FOLDER}segment_720p_1.mp4`,
    `${FOLDER}1234567890123456`,
    "/signatures/out/v1/other/live/cmaf/1",
    "/out/v1/shoal/live/cmaf/1",
  ])("%s doesn't", (path) => {
    expect(sequenceIn(path, HLS)).toBeNull();
  });
});

describe("the response", () => {
  const document = new Uint8Array([1, 2, 255]);
  test("carries the document's bytes, which never change once it is complete", () => {
    expect(respond({ document, isComplete: true })).toEqual({
      statusCode: 200,
      headers: {
        "content-type": "application/octet-stream",
        "cache-control": "public, max-age=86400, immutable",
      },
      body: "AQL/",
      isBase64Encoded: true,
    });
  });
  test("is kept for a second while some are on their way", () => {
    expect(respond({ document, isComplete: false }).headers).toMatchObject({
      "cache-control": "public, max-age=1",
    });
  });
  test("is 404 for what isn't listed, and for what isn't a number", () => {
    expect(respond({ document: new Uint8Array(), isComplete: false })).toMatchObject({ statusCode: 404 });
    expect(respond(null)).toMatchObject({ statusCode: 404, body: "This is no segment of the stream.\n" });
  });
});
