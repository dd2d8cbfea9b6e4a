/**
 * How long the main threads of pages ran. A task's length by the clock says as much about the machine as about the
 * page: on two cores that carry an encoder and four pages, any task may wait for its turn in the middle.
 */

import { existsSync, readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";

const BETWEEN_LOOKS_MS = 20;

interface Look {
  /** In milliseconds of Date.now(). */
  at: number;
  ranMs: number;
}

class MainThread {
  readonly #file: string;
  readonly #looks: Look[] = [];

  constructor(processId: number) {
    this.#file = `/proc/${processId}/task/${processId}/schedstat`;
  }

  look(): void {
    // Elsewhere than on Linux, and once the page has gone.
    if (!existsSync(this.#file)) return;
    const [nanoseconds = 0] = readFileSync(this.#file, "utf8").split(" ").map(Number);
    this.#looks.push({ at: performance.timeOrigin + performance.now(), ranMs: nanoseconds / 1e6 });
  }

  /** Milliseconds that it ran between two times; all of them if nobody looked. */
  ranWithin(from: number, to: number): number {
    return (this.#ranUntil(to) ?? to) - (this.#ranUntil(from) ?? from);
  }

  /** Between two looks it ran evenly, for all that is known. */
  #ranUntil(time: number): number | null {
    const next = this.#looks.findIndex(({ at }) => at >= time);
    const [before, after] = [this.#looks[next - 1], this.#looks[next]];
    if (!before || !after) return null;
    return before.ranMs + ((after.ranMs - before.ranMs) * (time - before.at)) / (after.at - before.at);
  }
}

export class MainThreads {
  readonly #threads: MainThread[];
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(threads: MainThread[]) {
    this.#threads = threads;
    this.#timer = setInterval(() => {
      for (const thread of threads) thread.look();
    }, BETWEEN_LOOKS_MS);
  }

  /** Watches the main threads of these pages until `stop`. */
  static async watch(browser: Browser, pages: readonly Page[]): Promise<MainThreads> {
    const processes = await processesOf(browser, pages);
    return new MainThreads(processes.map((id) => new MainThread(id)));
  }

  /** Milliseconds that the main thread of a page ran between two times of Date.now(). */
  ranWithin(page: number, from: number, to: number): number {
    return this.#threads[page]?.ranWithin(from, to) ?? to - from;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

interface TraceEvent {
  name: string;
  pid: number;
}

/** Each page leaves a mark in the browser's trace, which says in which process. */
async function processesOf(browser: Browser, pages: readonly Page[]): Promise<number[]> {
  const devtools = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  devtools.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await devtools.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["blink.user_timing"], excludedCategories: ["*"] },
  });
  const mark = (index: number) => `page ${index} of the red team`;
  await Promise.all(
    pages.map((page, index) => page.evaluate(`performance.mark("${mark(index)}"); undefined`)),
  );
  const complete = new Promise<void>((resolve) => devtools.once("Tracing.tracingComplete", () => resolve()));
  await devtools.send("Tracing.end");
  await complete;
  await devtools.detach();
  return pages.map((_, index) => {
    const marked = events.find(({ name }) => name === mark(index));
    if (!marked) throw new Error(`The trace doesn't say in which process page ${index} is`);
    return marked.pid;
  });
}
