/** Fetches one segment from the CDN, and times it. */

import type { FetchTiming } from "../../sharing/scheduler-events.ts";

export class CdnError extends Error {
  /** HTTP status; 0 when there was no response. */
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "CdnError";
    this.status = status;
  }
}

export interface FetchedSegment {
  data: ArrayBuffer;
  /** Null for an empty segment, which says nothing about the downlink. */
  timing: FetchTiming | null;
}

/** A fetch that receives nothing for this long fails; the retry may reach a healthier server. */
const SILENCE_SECONDS = 4;

/** Takes the bytes of each chunk, and what the segment has in all; null if the response doesn't say. */
type OnBytes = (bytes: number, totalBytes: number | null) => void;

/**
 * Resolves with the whole segment, and calls `onBytes` for each chunk. Rejects with a CdnError on an error status, a
 * broken connection or a timeout, and with the abort's reason once `aborting` is used.
 */
export async function fetchSegment(
  url: string,
  aborting: AbortController,
  onBytes: OnBytes,
): Promise<FetchedSegment> {
  const { signal } = aborting;
  const onSilence = () => aborting.abort(new CdnError(0, `The CDN sent nothing for ${SILENCE_SECONDS} s`));
  let silence = setTimeout(onSilence, SILENCE_SECONDS * 1000);
  try {
    return await download(url, signal, (bytes, totalBytes) => {
      clearTimeout(silence);
      silence = setTimeout(onSilence, SILENCE_SECONDS * 1000);
      onBytes(bytes, totalBytes);
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof CdnError ? error : new CdnError(0, `The CDN can't be reached: ${error}`);
  } finally {
    clearTimeout(silence);
  }
}

async function download(url: string, signal: AbortSignal, onBytes: OnBytes): Promise<FetchedSegment> {
  const startedAt = performance.now();
  const response = await fetch(url, { signal });
  if (!response.ok || !response.body) {
    throw new CdnError(response.status, `The CDN answered ${response.status} for ${url}`);
  }
  const totalBytes = Number(response.headers.get("Content-Length")) || null;
  const chunks: Uint8Array[] = [];
  let firstByteAt: number | null = null;
  // Not `for await`: streams can't be iterated in Safari (26.6), nor in Chrome before 124.
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    firstByteAt ??= performance.now();
    chunks.push(read.value);
    onBytes(read.value.byteLength, totalBytes);
  }
  const timing = firstByteAt === null ? null : timingOf(startedAt, firstByteAt, performance.now());
  return { data: joined(chunks), timing };
}

function timingOf(startedAt: number, firstByteAt: number, lastByteAt: number): FetchTiming {
  return {
    firstByteSeconds: (firstByteAt - startedAt) / 1000,
    transferSeconds: (lastByteAt - firstByteAt) / 1000,
  };
}

function joined(chunks: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole.buffer;
}
