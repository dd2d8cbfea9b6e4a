import { describe, expect, test } from "vitest";
import { RecordRig } from "../../test/doubles/debug-record.ts";
import { RENDITION, segmentsFrom } from "../../test/doubles/stream.ts";
import { MOST, MOST_BYTES, readDebugFile } from "./debug-file.ts";

const file = () => {
  const rig = new RecordRig();
  rig.plays();
  rig.tell({ type: "playlist", stream: "main", rendition: RENDITION, segments: segmentsFrom(1, 3) });
  return rig.file();
};

test("what the view saves is read as it was", () => {
  expect(readDebugFile(JSON.stringify(file()))).toEqual(file());
});

test("what a later page of the same version adds is left out", () => {
  const [first, ...rest] = file().segments;
  const text = JSON.stringify({ ...file(), more: 1, segments: [{ ...first, more: 1 }, ...rest] });
  expect(readDebugFile(text)).toEqual(file());
});

describe("says what is wrong with", () => {
  const spoilt = (changes: object) => JSON.stringify({ ...file(), ...changes });
  const [segment] = file().segments;
  test.each([
    ["what isn't JSON", "{", "This file isn't JSON, or is cut short."],
    ["no object", "7", "This isn't a file of Shoal's debug view."],
    ["null", "null", "This isn't a file of Shoal's debug view."],
    ["another's", '{"a": 1}', "This isn't a file of Shoal's debug view."],
    ["another's with a format", '{"format": "mp4"}', "This isn't a file of Shoal's debug view."],
    ["one of another version", spoilt({ version: 2 }), "This file has version 2; this page reads version 1."],
    ["one that is too large", " ".repeat(MOST_BYTES + 1), "This file is too large"],
    [
      "a missing part",
      spoilt({ viewer: undefined }),
      "This file is damaged: viewer is missing, but must be an object.",
    ],
    [
      "no number",
      spoilt({ segments: [{ ...segment, knownAt: "x" }] }),
      'segments[0].knownAt is "x", but must be a number.',
    ],
    [
      "an unknown word",
      spoilt({ segments: [{ ...segment, from: "moon" }] }),
      'segments[0].from is "moon", but must be cdn or peers.',
    ],
    [
      "no yes or no",
      spoilt({ segments: [{ ...segment, heldBack: 1 }] }),
      "segments[0].heldBack is 1, but must be true or false.",
    ],
    ["a long text", spoilt({ browser: "x".repeat(201) }), "must be a text of at most 200 characters."],
    ["no list", spoilt({ peers: {} }), "peers is {}, but must be a list of at most 60."],
    [
      "a long list",
      spoilt({ notes: Array(MOST.notes + 1).fill({ at: 0, text: "" }) }),
      "must be a list of at most 150.",
    ],
  ])("%s", (_, text, message) => {
    expect(() => readDebugFile(text)).toThrow(message);
  });
});
