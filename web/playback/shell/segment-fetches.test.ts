import { afterEach, expect, test, vi } from "vitest";
import { StubbedCdn } from "../../../test/doubles/stream.ts";
import { SegmentFetches } from "./segment-fetches.ts";

afterEach(() => vi.unstubAllGlobals());

const URL_7 = "https://cdn.test/7.m4s";
const ignore = () => {};

/** A CDN that never answers. */
const neverAnswer = () =>
  vi.stubGlobal(
    "fetch",
    (_url: string, { signal }: RequestInit) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  );

test("a successful fetch has its bytes and timing", async () => {
  new StubbedCdn();
  const event = await new SegmentFetches().run("main 1", URL_7, ignore);
  expect(event).toMatchObject({ type: "fetch-done", fetch: "main 1" });
  expect(event?.type === "fetch-done" && event.data.byteLength).toBe(1000);
});

test("a failed fetch has its status and message", async () => {
  new StubbedCdn().answer = () => new Response("", { status: 503 });
  const event = await new SegmentFetches().run("main 1", URL_7, ignore);
  expect(event).toEqual({
    type: "fetch-failed",
    fetch: "main 1",
    status: 503,
    message: `The CDN answered 503 for ${URL_7}`,
  });
});

test("an aborted fetch has no result, and the others continue", async () => {
  neverAnswer();
  const fetches = new SegmentFetches();
  const [first, second] = [fetches.run("main 1", URL_7, ignore), fetches.run("main 2", URL_7, ignore)];
  fetches.abort("main 1");
  fetches.abort("main 9");
  expect(await first).toBeNull();
  fetches.abortAll();
  expect(await second).toBeNull();
});

test("a fetch that is aborted with its last byte has no result", async () => {
  new StubbedCdn();
  const fetches = new SegmentFetches();
  expect(await fetches.run("main 1", URL_7, () => fetches.abort("main 1"))).toBeNull();
});

test("a broken connection is a failure with status 0", async () => {
  new StubbedCdn().answer = () => Promise.reject(new TypeError("Failed to fetch"));
  const event = await new SegmentFetches().run("main 1", URL_7, ignore);
  expect(event).toMatchObject({ type: "fetch-failed", status: 0 });
});

test("an address that has yet to come is waited for; if the fetch is aborted meanwhile, nothing is fetched", async () => {
  const cdn = new StubbedCdn();
  const fetches = new SegmentFetches();
  const first = fetches.run("main 1", Promise.resolve(URL_7), ignore);
  expect(await first).toMatchObject({ type: "fetch-done" });
  const second = fetches.run("main 2", Promise.resolve(URL_7), ignore);
  fetches.abort("main 2");
  expect(await second).toBeNull();
  expect(cdn.asked).toHaveLength(1);
});

test("what a running fetch will take is told by its speed so far, and by the size in the response", async () => {
  vi.useFakeTimers();
  let send = (_bytes: number) => {};
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      send = (bytes) => stream.enqueue(new Uint8Array(bytes));
    },
  });
  new StubbedCdn().answer = () => new Response(body, { headers: { "Content-Length": "1000" } });
  const fetches = new SegmentFetches();
  expect(fetches.longestSeconds).toBe(0);
  void fetches.run("main 1", URL_7, ignore);
  expect(fetches.longestSeconds).toBe(Number.POSITIVE_INFINITY);
  send(250);
  await vi.advanceTimersByTimeAsync(500);
  expect(fetches.longestSeconds).toBe(2);
  vi.useRealTimers();
});

test("without a size in the response, nobody knows what a fetch will take", async () => {
  new StubbedCdn().answer = () => new Response(new Uint8Array(10));
  const fetches = new SegmentFetches();
  const seen: number[] = [];
  await fetches.run("main 1", URL_7, () => seen.push(fetches.longestSeconds));
  expect(seen).toEqual([Number.POSITIVE_INFINITY]);
});
