import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { CdnError, fetchFromCdn } from "./cdn-fetch.ts";

const URL_7 = "https://cdn.test/7.m4s";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A CDN that sends these chunks, and then ends or falls silent. */
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

test("a segment comes whole, and its bytes are told as they come", async () => {
  answerWith([10, 20]);
  const told: number[] = [];
  const fetch = fetchFromCdn(URL_7, (bytes) => told.push(bytes));
  expect((await fetch.result).byteLength).toBe(30);
  expect(told).toEqual([10, 20]);
  expect(fetch.bytes).toBe(30);
  expect(fetch.firstByteAt).not.toBeNull();
  expect(fetch.lastByteAt).not.toBeNull();
});

test("a browser whose streams can't be iterated, as Safari's, gets its segment", async () => {
  const { prototype } = ReadableStream;
  const iterator = prototype[Symbol.asyncIterator];
  onTestFinished(() => {
    prototype[Symbol.asyncIterator] = iterator;
  });
  answerWith([10, 20]);
  Reflect.deleteProperty(prototype, Symbol.asyncIterator);
  expect((await fetchFromCdn(URL_7, () => {}).result).byteLength).toBe(30);
});

test("an error status is a CdnError that says which", async () => {
  answerWith([], "ends", 404);
  const failure = await fetchFromCdn(URL_7, () => {}).result.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CdnError);
  expect((failure as CdnError).status).toBe(404);
});

test("a CDN that can't be reached is a CdnError without a status", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const failure = await fetchFromCdn(URL_7, () => {}).result.catch((error: unknown) => error);
  expect((failure as CdnError).status).toBe(0);
});

test("a CDN that falls silent is given up", async () => {
  answerWith([10], "silent");
  const result = fetchFromCdn(URL_7, () => {}).result.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(4_100);
  expect(await result).toBeInstanceOf(CdnError);
});

test("a fetch that is no longer wanted ends as aborted, not as the CDN's failure", async () => {
  answerWith([10], "silent");
  const fetch = fetchFromCdn(URL_7, () => {});
  const result = fetch.result.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(10);
  fetch.abort();
  await vi.advanceTimersByTimeAsync(10);
  const failure = await result;
  expect(failure).not.toBeInstanceOf(CdnError);
  expect((failure as Error).name).toBe("AbortError");
});
