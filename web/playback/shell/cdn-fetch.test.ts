import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { CdnError, fetchSegment } from "./cdn-fetch.ts";

const URL_7 = "https://cdn.test/7.m4s";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A CDN that sends these chunks, and then ends or stops sending. */
function answerWith(chunks: number[], end: "ends" | "silent" = "ends", status = 200): void {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const length of chunks) controller.enqueue(new Uint8Array(length));
      if (end === "ends") controller.close();
    },
  });
  vi.stubGlobal("fetch", async (_url: string, { signal }: RequestInit) => {
    const abort = new TransformStream<Uint8Array, Uint8Array>();
    void body.pipeTo(abort.writable, signal ? { signal } : {}).catch(() => {});
    return new Response(abort.readable, { status });
  });
}

/** What the fetch rejects with. */
const failureOf = (fetching: Promise<unknown>) => fetching.catch((error: unknown) => error);

test("a segment arrives whole and timed, and its bytes are reported as they arrive", async () => {
  answerWith([10, 20]);
  const told: number[] = [];
  const { data, timing } = await fetchSegment(URL_7, new AbortController(), (bytes) => told.push(bytes));
  expect(data.byteLength).toBe(30);
  expect(told).toEqual([10, 20]);
  expect(timing?.firstByteSeconds).toBeGreaterThanOrEqual(0);
  expect(timing?.transferSeconds).toBeGreaterThanOrEqual(0);
});

test("an empty segment can't be timed", async () => {
  answerWith([]);
  expect((await fetchSegment(URL_7, new AbortController(), () => {})).timing).toBeNull();
});

test("a browser without async iteration of streams, such as Safari, gets its segment", async () => {
  const { prototype } = ReadableStream;
  const iterator = prototype[Symbol.asyncIterator];
  onTestFinished(() => {
    prototype[Symbol.asyncIterator] = iterator;
  });
  answerWith([10, 20]);
  Reflect.deleteProperty(prototype, Symbol.asyncIterator);
  expect((await fetchSegment(URL_7, new AbortController(), () => {})).data.byteLength).toBe(30);
});

test("an error status is a CdnError with that status", async () => {
  answerWith([], "ends", 404);
  const failure = await failureOf(fetchSegment(URL_7, new AbortController(), () => {}));
  expect(failure).toBeInstanceOf(CdnError);
  expect((failure as CdnError).status).toBe(404);
});

test("an unreachable CDN is a CdnError with status 0", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const failure = await failureOf(fetchSegment(URL_7, new AbortController(), () => {}));
  expect((failure as CdnError).status).toBe(0);
});

test("a CDN that stops sending is a CdnError", async () => {
  answerWith([10], "silent");
  const result = failureOf(fetchSegment(URL_7, new AbortController(), () => {}));
  await vi.advanceTimersByTimeAsync(4_100);
  expect(await result).toBeInstanceOf(CdnError);
});

test("an aborted fetch rejects with an AbortError, not a CdnError", async () => {
  answerWith([10], "silent");
  const aborting = new AbortController();
  const failure = failureOf(fetchSegment(URL_7, aborting, () => {}));
  await vi.advanceTimersByTimeAsync(10);
  aborting.abort();
  await vi.advanceTimersByTimeAsync(10);
  expect(await failure).not.toBeInstanceOf(CdnError);
  expect(((await failure) as Error).name).toBe("AbortError");
});
