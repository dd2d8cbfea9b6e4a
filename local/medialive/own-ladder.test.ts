import { expect, test } from "vitest";
import { readTemplate } from "../template.ts";
import { parseEncoderSettings } from "./encoder-settings.ts";
import { isOwnLadder, withOwnLadder } from "./own-ladder.ts";

const template = await readTemplate();
const settings = parseEncoderSettings(template.resource("LiveChannel").properties);

test("a ladder that is written out is told from the template's by its bit rates", () => {
  expect(isOwnLadder("720p")).toBe(false);
  expect(isOwnLadder("1280x720@2.5")).toBe(true);
});

test("its renditions replace the template's, the largest first, and all else stays", () => {
  const own = withOwnLadder(settings, "426x240@0.4, 854x480@1.25");
  expect(own.video).toMatchObject([
    { name: "480p", width: 854, height: 480, maxBitsPerSecond: 1_250_000, profile: "high" },
    { name: "240p", width: 426, height: 240, maxBitsPerSecond: 400_000 },
  ]);
  expect({ ...own, video: [] }).toEqual({ ...settings, video: [] });
});

test.each([
  ["854x480", /"854x480" must be as in 1280x720@2\.5/],
  ["853x480@1", /even sides/],
  ["32x32@1", /from 64 to 4096/],
  ["5000x2000@1", /from 64 to 4096/],
  ["854x480@0", /Mbit\/s$/],
  ["854x480@1,", /"" must be/],
  ["854x480@1,640x480@0.8", /two renditions of one height/],
  [[64, 66, 68, 70, 72, 74, 76].map((side) => `64x${side}@1`).join(), /7 renditions, but may have at most 6/],
])("%j is refused in one sentence", (ladder, sentence) => {
  expect(() => withOwnLadder(settings, ladder)).toThrow(sentence);
});
