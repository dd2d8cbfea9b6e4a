import { expect, test } from "vitest";
import { mayServeOneMore, UploadDesk, type UploadLoad } from "./uploads.ts";

const idle: UploadLoad = {
  active: 0,
  backlogBytes: 0,
  uplinkBitsPerSecond: null,
  bufferSeconds: 5,
  segmentSeconds: 2,
};

test("two are served at once on an uplink that nobody has timed", () => {
  expect(mayServeOneMore({ ...idle, active: 1, backlogBytes: 700_000 })).toBe(true);
  expect(mayServeOneMore({ ...idle, active: 2, backlogBytes: 700_000 })).toBe(false);
});

test("a fast uplink serves more, as long as what waits is soon sent", () => {
  const fast = { ...idle, active: 4, uplinkBitsPerSecond: 100_000_000 };
  expect(mayServeOneMore({ ...fast, backlogBytes: 2_000_000 })).toBe(true);
  expect(mayServeOneMore({ ...fast, backlogBytes: 3_000_000 })).toBe(false);
});

test("with less than a segment in its own buffer a viewer serves one at a time", () => {
  expect(mayServeOneMore({ ...idle, bufferSeconds: 1.9 })).toBe(true);
  expect(mayServeOneMore({ ...idle, bufferSeconds: 1.9, active: 1 })).toBe(false);
});

test("with less than half a segment it serves nobody", () => {
  expect(mayServeOneMore({ ...idle, bufferSeconds: 0.9 })).toBe(false);
});

test("an upload is under way until its last byte went out", () => {
  const desk = new UploadDesk();
  desk.begin("main", 100, 0);
  expect(desk.load(0)).toMatchObject({ active: 1, backlogBytes: 100 });
  expect(desk.sent("main", "bob", 60, 0.1)).toBe(false);
  expect(desk.load(0.1)).toMatchObject({ active: 1, backlogBytes: 40 });
  expect(desk.sent("main", "bob", 40, 0.2)).toBe(true);
  expect(desk.load(0.2)).toMatchObject({ active: 0, backlogBytes: 0 });
});

test("chunks count for the upload to the peer that they went to", () => {
  const desk = new UploadDesk();
  desk.begin("main", 100, 0);
  desk.begin("main", 100, 0);
  desk.sent("main", "bob", 50, 0.1);
  desk.sent("main", "ann", 50, 0.1);
  expect(desk.sent("main", "bob", 50, 0.2)).toBe(true);
  expect(desk.load(0.2)).toMatchObject({ active: 1, backlogBytes: 50 });
});

test("sound and picture to one viewer are two uploads", () => {
  const desk = new UploadDesk();
  desk.begin("main", 100, 0);
  desk.begin("secondary", 10, 0);
  expect(desk.sent("secondary", "bob-audio", 10, 0.1)).toBe(true);
  expect(desk.load(0.1)).toMatchObject({ active: 1, backlogBytes: 100 });
});

test("an upload whose receiver went silent is forgotten", () => {
  const desk = new UploadDesk();
  desk.begin("main", 100, 0);
  expect(desk.load(1.9).active).toBe(1);
  expect(desk.load(2.1).active).toBe(0);
});

test("chunks that belong to nothing known change nothing", () => {
  expect(new UploadDesk().sent("main", "bob", 60, 0)).toBe(false);
});

test("the uplink is timed by large uploads, all that ran at once together", () => {
  const desk = new UploadDesk();
  desk.begin("main", 1_196_608, 0);
  desk.sent("main", "bob", 196_608, 0);
  desk.sent("main", "bob", 1_000_000, 1);
  expect(desk.uplinkBitsPerSecond).toBeCloseTo(8_000_000);
});

test("small uploads say nothing about the uplink", () => {
  const desk = new UploadDesk();
  desk.begin("main", 50_000, 0);
  desk.sent("main", "bob", 50_000, 0.001);
  expect(desk.uplinkBitsPerSecond).toBeNull();
});
