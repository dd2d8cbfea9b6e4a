import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EventNow } from "../../functions/site/event-now.ts";
import { feedEvent, isEventNow, nextInMs } from "./event-feed.ts";

const EVENT: EventNow = { details: null, standing: "live", since: 1, ink: null, now: 2 };

let page: { hidden: boolean; listener: () => void; addEventListener(_: string, listener: () => void): void };
let answers: (() => Promise<Partial<Response>>)[];
const told: EventNow[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
  page = {
    hidden: false,
    listener: () => {},
    addEventListener(_, listener) {
      page.listener = listener;
    },
  };
  answers = [];
  vi.stubGlobal("document", page);
  vi.stubGlobal(
    "fetch",
    vi.fn(() => (answers.shift() ?? (async () => ({ ok: true, json: async () => EVENT })))()),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

test("it asks at once, and again within seven seconds", async () => {
  feedEvent((event) => told.push(event));
  await seconds(0);
  expect(told).toEqual([EVENT]);
  await seconds(7);
  expect(told).toHaveLength(2);
});

test("with what the edge and the site keep, a change is on the screen within ten seconds", () => {
  expect(nextInMs(EVENT, true, 0)).toBe(6_000);
  expect(nextInMs(EVENT, true, 1) + 2_000 + 500).toBeLessThan(10_000);
});

test("a failure, an error and another site's answer change nothing, and it goes on", async () => {
  answers = [
    () => Promise.reject(new TypeError("offline")),
    async () => ({ ok: false }),
    async () => ({ ok: true, json: async () => "<html>" }),
  ];
  feedEvent((event) => told.push(event));
  await seconds(17);
  expect(told).toEqual([]);
  await seconds(5);
  expect(told).toEqual([EVENT]);
});

test("a page that nobody sees asks rarely, and at once when it is looked at", async () => {
  page.hidden = true;
  feedEvent((event) => told.push(event));
  await seconds(29);
  expect(told).toHaveLength(1);
  page.listener();
  expect(fetch).toHaveBeenCalledTimes(1);
  page.hidden = false;
  page.listener();
  await seconds(0);
  expect(told).toHaveLength(2);
});

test("an event that is long over is asked for rarely", () => {
  const over: EventNow = { ...EVENT, standing: "ended", since: 0, now: 600_001 };
  expect(nextInMs(over, true, 0)).toBe(30_000);
  expect(nextInMs({ ...over, now: 600_000 }, true, 0)).toBe(6_000);
  expect(nextInMs({ ...over, since: null }, true, 0)).toBe(6_000);
  expect(nextInMs(null, true, 0)).toBe(6_000);
});

test.each([[null], ["text"], [{}], [{ details: null }]])("%j is no answer of the site's", (found) => {
  expect(isEventNow(found)).toBe(false);
});
