import { expect, test } from "vitest";
import { conditioned, parseRange } from "./conditions.ts";
import type { Answer } from "./origin.ts";

const ANSWER: Answer = {
  statusCode: 200,
  headers: { etag: '"v1"', "last-modified": "Sat, 21 Nov 2026 00:00:00 GMT" },
  body: Buffer.from("0123456789"),
};

const body = (headers: Record<string, string>) => conditioned(ANSWER, headers).body.toString();
const status = (headers: Record<string, string>) => conditioned(ANSWER, headers).statusCode;

test.each([
  ["bytes=0-3", "0123", "bytes 0-3/10"],
  ["bytes=4-", "456789", "bytes 4-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=8-99", "89", "bytes 8-9/10"],
  ["bytes=-99", "0123456789", "bytes 0-9/10"],
])("%s gives that part", (range, part, contentRange) => {
  const answer = conditioned(ANSWER, { range });
  expect(answer).toMatchObject({ statusCode: 206, headers: { "content-range": contentRange } });
  expect(answer.body.toString()).toBe(part);
});

test.each(["bytes=10-", "bytes=10-12", "bytes=-0"])("%s can't be satisfied", (range) => {
  expect(conditioned(ANSWER, { range })).toMatchObject({
    statusCode: 416,
    headers: { "content-range": "bytes */10" },
  });
});

test.each(["bytes=3-1", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1"])(
  "%s gives the whole",
  (range) => {
    expect(status({ range })).toBe(200);
  },
);

test("there is no part of nothing", () => {
  expect(parseRange("bytes=0-", 0)).toBe("nothing");
  expect(parseRange("bytes=-1", 0)).toBe("nothing");
});

test("whoever has this version gets 304 without a body", () => {
  expect(status({ "if-none-match": 'W/"v0", W/"v1"' })).toBe(304);
  expect(status({ "if-none-match": "*" })).toBe(304);
  expect(body({ "if-none-match": '"v1"' })).toBe("");
  expect(status({ "if-none-match": '"v0"' })).toBe(200);
  expect(status({ "if-modified-since": "Sat, 21 Nov 2026 00:00:00 GMT" })).toBe(304);
  expect(status({ "if-modified-since": "Fri, 20 Nov 2026 00:00:00 GMT" })).toBe(200);
});

test("a tag that differs counts more than a date that doesn't", () => {
  const headers = { "if-none-match": '"v0"', "if-modified-since": "Sat, 21 Nov 2026 00:00:00 GMT" };
  expect(status(headers)).toBe(200);
});

test("a part is given only of the version that the viewer has the other parts of", () => {
  expect(status({ range: "bytes=0-3", "if-range": '"v1"' })).toBe(206);
  expect(status({ range: "bytes=0-3", "if-range": '"v0"' })).toBe(200);
  expect(status({ range: "bytes=0-3", "if-range": 'W/"v1"' })).toBe(200);
});

test("an error stays what it is", () => {
  expect(
    conditioned({ ...ANSWER, statusCode: 404 }, { "if-none-match": "*", range: "bytes=0-1" }).statusCode,
  ).toBe(404);
});

test("what has no date is never known by one", () => {
  const since = { "if-modified-since": "Sat, 21 Nov 2026 00:00:00 GMT" };
  expect(conditioned({ ...ANSWER, headers: {} }, since).statusCode).toBe(200);
});
