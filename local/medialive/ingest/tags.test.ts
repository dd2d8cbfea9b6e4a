import { expect, test } from "vitest";
import { parseAudioTag, parseVideoTag } from "./tags.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("H.264's configuration and frames are told apart", () => {
  expect(parseVideoTag(hex("17 00 000000 0164001f"))).toEqual({
    kind: "configuration",
    data: hex("0164001f"),
  });
  expect(parseVideoTag(hex("17 01 000042 aabb"))).toEqual({
    kind: "frame",
    isKeyframe: true,
    compositionMilliseconds: 66,
    data: hex("aabb"),
  });
});

test("a frame may be shown before it is decoded, and need not be a keyframe", () => {
  expect(parseVideoTag(hex("27 01 ffffdf aa"))).toMatchObject({
    isKeyframe: false,
    compositionMilliseconds: -33,
  });
});

test("AAC's configuration and frames are told apart", () => {
  expect(parseAudioTag(hex("af 00 1210"))).toEqual({ kind: "configuration", data: hex("1210") });
  expect(parseAudioTag(hex("af 01 21aa"))).toEqual({ kind: "frame", data: hex("21aa") });
});

test("H.264 and AAC are also taken under their four-letter names", () => {
  expect(parseVideoTag(hex("90 61766331 0164"))).toEqual({ kind: "configuration", data: hex("0164") });
  expect(parseVideoTag(hex("a1 61766331 000021 aa"))).toMatchObject({
    kind: "frame",
    isKeyframe: false,
    compositionMilliseconds: 33,
  });
  expect(parseVideoTag(hex("93 61766331 aa"))).toMatchObject({ kind: "frame", isKeyframe: true });
  expect(parseAudioTag(hex("90 6d703461 1210"))).toEqual({ kind: "configuration", data: hex("1210") });
  expect(parseAudioTag(hex("91 6d703461 aa"))).toEqual({ kind: "frame", data: hex("aa") });
});

test("other codecs are named, old and new", () => {
  const codecs = ["1c 01 000000", "22 00", "29 00", "90 68766331", "90 61763031", "80 78787878"].map(
    (body) => {
      const tag = parseVideoTag(hex(body));
      return tag.kind === "unsupported" ? tag.codec : tag.kind;
    },
  );
  expect(codecs).toEqual(["HEVC", "Sorenson H.263", "video codec 9", "HEVC", "AV1", "xxxx"]);
  const sounds = ["2f aa", "b6 aa", "cf aa", "90 4f707573", "90 664c6143", "90 78787878"].map((body) => {
    const tag = parseAudioTag(hex(body));
    return tag.kind === "unsupported" ? tag.codec : tag.kind;
  });
  expect(sounds).toEqual(["MP3", "Speex", "audio codec 12", "Opus", "FLAC", "xxxx"]);
});

test("what holds no media is nothing: empty bodies, seek markers, ends of sequence, cut headers", () => {
  for (const body of ["", "57 00", "17 02 000000", "17", "92 61766331", "90 6876"]) {
    expect(parseVideoTag(hex(body))).toEqual({ kind: "nothing" });
  }
  for (const body of ["", "af", "91 6d70", "92 6d703461"]) {
    expect(parseAudioTag(hex(body))).toEqual({ kind: "nothing" });
  }
});
