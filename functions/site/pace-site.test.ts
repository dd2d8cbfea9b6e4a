import { beforeEach, expect, test, vi } from "vitest";
import { PaceSite } from "./pace-site.ts";

const pace = { probability: 0.25, seconds: 240, ramp: 0.06 };
let now = 0;
const readPace = vi.fn(async () => pace);
const warn = vi.fn();
let site: PaceSite;

beforeEach(() => {
  vi.clearAllMocks();
  site = new PaceSite({ readPace, now: () => now, warn });
});

test("the pace is told as JSON for two seconds, and read once in a second", async () => {
  const answer = await site.respond();
  expect(answer).toMatchObject({
    statusCode: 200,
    headers: { "cache-control": "public, max-age=0, s-maxage=2" },
  });
  expect(JSON.parse(String(answer.body))).toEqual(pace);
  await site.respond();
  expect(readPace).toHaveBeenCalledTimes(1);
  now += 1_000;
  await site.respond();
  expect(readPace).toHaveBeenCalledTimes(2);
});

test("an outage is no pace, and is over with the next look", async () => {
  readPace.mockRejectedValueOnce(new Error("no table"));
  expect(await site.respond()).toMatchObject({ statusCode: 503, headers: { "cache-control": "no-store" } });
  expect(warn).toHaveBeenCalledExactlyOnceWith("The pace of reports can't be read: Error: no table");
  now += 1_000;
  expect(await site.respond()).toMatchObject({ statusCode: 200 });
});

test("the ramp is the pace's, and the last that was known while it can't be read", async () => {
  readPace.mockRejectedValueOnce(new Error("no table"));
  expect(await site.ramp()).toBe(1);
  now += 1_000;
  expect(await site.ramp()).toBe(0.06);
  await site.respond();
  expect(readPace).toHaveBeenCalledTimes(2);
  now += 1_000;
  readPace.mockRejectedValueOnce(new Error("no table"));
  expect(await site.ramp()).toBe(0.06);
  expect(warn).toHaveBeenCalledTimes(2);
});
