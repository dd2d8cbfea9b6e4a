import { expect, test } from "vitest";
import { boxesIn, findBox, h264Codec } from "./boxes.ts";

const box = (type: string, ...parts: Uint8Array[]): Buffer => {
  const payload = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + payload.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, payload]);
};
const trackOf = (sampleEntry: Buffer) =>
  box("moov", box("trak", box("mdia", box("minf", box("stbl", box("stsd", Buffer.alloc(8), sampleEntry))))));

test("boxes are found along a path, past those beside it", () => {
  const bytes = Buffer.concat([
    box("ftyp", Buffer.of(1)),
    box("moof", box("mfhd"), box("traf", Buffer.of(7))),
  ]);
  expect([...boxesIn(bytes)].map(({ type }) => type)).toEqual(["ftyp", "moof"]);
  expect(findBox(bytes, "moof", "traf")).toEqual(Buffer.of(7));
  expect(findBox(bytes, "moof", "mdat")).toBeNull();
});

test("a box that claims more bytes than there are is refused", () => {
  const cut = box("moof", Buffer.alloc(20)).subarray(0, 12);
  expect(() => [...boxesIn(cut)]).toThrow("claims 28 bytes, of 12 that there are");
});

test("H.264 is named with its profile, constraints and level", () => {
  const configuration = box("avcC", Buffer.of(1, 0x64, 0, 0x1f, 0xff));
  expect(h264Codec(trackOf(box("avc1", Buffer.alloc(78), configuration)))).toBe("avc1.64001f");
});

test("a track that isn't H.264 is refused", () => {
  expect(() => h264Codec(trackOf(box("mp4a", Buffer.alloc(28))))).toThrow("describes no H.264 track");
});
