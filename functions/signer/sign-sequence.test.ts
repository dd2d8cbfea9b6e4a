import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { type SigningServices, signSequence } from "./sign-sequence.ts";

const FOLDER = "/out/v1/shoal/live/cmaf";
const STREAM = { channel: "shoal", hls: `${FOLDER}/index.m3u8` };
const VIDEO = `${FOLDER}/index_720p.m3u8`;
const AUDIO = `${FOLDER}/index_audio.m3u8`;
const playlist = (rendition: string, first: number, count: number) =>
  `#EXT-X-MEDIA-SEQUENCE:${first}\n${Array.from({ length: count }, (_, index) => `#EXTINF:2,\nsegment_${rendition}_${first + index}.mp4\n`).join("")}`;

let files: Map<string, string>;
let reads: string[];
let waits: number[];
let lines: string[];
let services: SigningServices;

beforeEach(() => {
  files = new Map([
    [
      STREAM.hls,
      '#EXT-X-MEDIA:TYPE=AUDIO,URI="index_audio.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nindex_720p.m3u8\n',
    ],
    [VIDEO, playlist("720p", 7, 3)],
    [AUDIO, playlist("audio", 7, 3)],
  ]);
  for (const sequence of [7, 8, 9]) {
    for (const rendition of ["720p", "audio"]) {
      files.set(`${FOLDER}/segment_${rendition}_${sequence}.mp4`, `${rendition} ${sequence}`);
    }
  }
  reads = [];
  waits = [];
  lines = [];
  services = {
    read: async (path) => {
      reads.push(path);
      const text = files.get(path);
      return text === undefined ? null : Buffer.from(text);
    },
    sign: () => new Uint8Array(64),
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
    log: (line) => lines.push(line),
  };
});

/** Which renditions have a trailer for which bytes. */
async function signed(sequence: number): Promise<{ metadata: object[]; digests: string[] }> {
  const { document } = await signSequence(sequence, STREAM, services);
  const bytes = Buffer.from(document);
  const metadata: object[] = [];
  const digests: string[] = [];
  for (let end = bytes.length; end > 0; ) {
    const digestAt = end - 99;
    const start = digestAt - bytes.readUInt16BE(end - 3);
    metadata.unshift(JSON.parse(bytes.toString("utf8", start, digestAt)));
    digests.unshift(bytes.toString("hex", digestAt, digestAt + 32));
    end = start;
  }
  return { metadata, digests };
}

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

test("a number's document has each rendition's trailer, over the segment's bytes", async () => {
  const { metadata, digests } = await signed(8);
  const said = {
    channel: "shoal",
    sequence: 8,
    durationSeconds: 2,
    programDateTime: null,
    isDiscontinuous: false,
  };
  expect(metadata).toEqual([
    { ...said, rendition: AUDIO, segment: `${FOLDER}/segment_audio_8.mp4` },
    { ...said, rendition: VIDEO, segment: `${FOLDER}/segment_720p_8.mp4` },
  ]);
  expect(digests).toEqual([digestOf("audio 8"), digestOf("720p 8")]);
});

test("each file is read once", async () => {
  expect(await signSequence(8, STREAM, services)).toMatchObject({ isComplete: true });
  expect(reads).toHaveLength(5);
  expect(new Set(reads).size).toBe(5);
});

test("a number that no playlist lists has nothing, and isn't waited for", async () => {
  const { document, isComplete } = await signSequence(10, STREAM, services);
  expect([document.length, isComplete, waits]).toEqual([0, false, []]);
  expect(reads).toEqual([STREAM.hls, AUDIO, VIDEO]);
});

test("before the channel is on the air there is nothing to sign", async () => {
  files.delete(STREAM.hls);
  expect((await signSequence(8, STREAM, services)).document.length).toBe(0);
});

describe("a rendition whose playlist is a little behind", () => {
  test("is waited for", async () => {
    files.set(AUDIO, playlist("audio", 6, 2));
    services = {
      ...services,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
        if (waits.length === 2) files.set(AUDIO, playlist("audio", 7, 2));
      },
    };
    expect(await signSequence(8, STREAM, services)).toMatchObject({ isComplete: true });
    expect(waits).toEqual([100, 100]);
  });
  test("is left out after 400 ms, and the document isn't complete", async () => {
    files.set(AUDIO, playlist("audio", 6, 2));
    const { document, isComplete } = await signSequence(8, STREAM, services);
    expect([document.length > 0, isComplete]).toEqual([true, false]);
    expect(waits).toEqual([100, 100, 100, 100]);
    expect(lines).toEqual([`Signatures of 8 are incomplete: Error: ${AUDIO} doesn't list it`]);
  });
});

test("a segment that is listed and isn't there is left out", async () => {
  files.delete(`${FOLDER}/segment_audio_8.mp4`);
  expect(await signSequence(8, STREAM, services)).toMatchObject({ isComplete: false });
  expect(lines.join()).toContain("segment_audio_8.mp4 is listed, but isn't there");
});

describe("an origin that fails", () => {
  const failingAt = (failing: string) => {
    const { read } = services;
    services = {
      ...services,
      read: (path) => (path.includes(failing) ? Promise.reject(new Error(`no ${path}`)) : read(path)),
    };
  };
  test.each(["index_audio", "segment_audio_8"])("at %s leaves the other rendition signed", async (file) => {
    failingAt(file);
    const { document, isComplete } = await signSequence(8, STREAM, services);
    expect([document.length > 0, isComplete]).toEqual([true, false]);
    expect(lines.join()).toContain(`no ${FOLDER}/${file}`);
  });
  test.each(["index.m3u8", "index_", "segment_"])("at every %s is an error", async (file) => {
    failingAt(file);
    await expect(signSequence(8, STREAM, services)).rejects.toThrow(`no ${FOLDER}/${file}`);
  });
});
