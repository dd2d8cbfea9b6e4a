/** Fetches one segment from the CDN, telling how it goes. */

export interface CdnFetch {
  bytes: number;
  /** In seconds on the clock of `performance.now()`. */
  startedAt: number;
  firstByteAt: number | null;
  lastByteAt: number | null;
  abort(): void;
  result: Promise<ArrayBuffer>;
}

export class CdnError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "CdnError";
    this.status = status;
  }
}

/** A CDN that sends nothing for this long won't; the next try may meet a healthier server. */
const SILENCE_MS = 4_000;

/**
 * Starts the fetch. `result` rejects with CdnError on an error status, a broken connection or silence, and
 * with the abort's reason after `abort()`.
 */
export function fetchFromCdn(url: string, onBytes: (bytes: number) => void): CdnFetch {
  const controller = new AbortController();
  const now = () => performance.now() / 1000;
  const silence = () => controller.abort(new CdnError(0, `The CDN sent nothing for ${SILENCE_MS / 1000} s`));
  let timer = setTimeout(silence, SILENCE_MS);

  const run = async (): Promise<ArrayBuffer> => {
    try {
      const response = await fetch(url, { signal: controller.signal });
      if (!response.ok || !response.body) {
        throw new CdnError(response.status, `The CDN answered ${response.status} for ${url}`);
      }
      const chunks: Uint8Array[] = [];
      // Not `for await`: streams can't be iterated in Safari (26.6), nor in Chrome before 124.
      const reader = response.body.getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        const chunk = read.value;
        clearTimeout(timer);
        timer = setTimeout(silence, SILENCE_MS);
        current.firstByteAt ??= now();
        current.bytes += chunk.byteLength;
        chunks.push(chunk);
        onBytes(chunk.byteLength);
      }
      current.lastByteAt = now();
      return joined(chunks, current.bytes);
    } catch (error) {
      if (controller.signal.aborted) throw controller.signal.reason;
      throw error instanceof CdnError ? error : new CdnError(0, `The CDN can't be reached: ${error}`);
    } finally {
      clearTimeout(timer);
    }
  };

  const current: CdnFetch = {
    bytes: 0,
    startedAt: now(),
    firstByteAt: null,
    lastByteAt: null,
    abort: () => controller.abort(new DOMException("No longer wanted", "AbortError")),
    result: Promise.resolve(new ArrayBuffer(0)),
  };
  current.result = run();
  return current;
}

function joined(chunks: readonly Uint8Array[], length: number): ArrayBuffer {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole.buffer;
}
