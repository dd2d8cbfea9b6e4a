/** Access lines as people have them, and who enters when: what scenarios are made of. */

import type { AccessLine, Event, Pipe, Router } from "./scenario.ts";

/** What a viewer receives in a second: 1.5 Mbit of video, 64 kbit of audio, and what carries them. */
export const STREAM_KILOBITS = 1_650;

/** Consumer routers hold a few hundred milliseconds; Gettys, "Bufferbloat", ACM Queue 9(11), 2011. */
const QUEUE_MS = 300;

export function pipe(kilobitsPerSecond: number, more: Partial<Pipe> = {}): Pipe {
  return { kilobitsPerSecond, queueMs: QUEUE_MS, delayMs: 20, jitterMs: 0, lossPercent: 0, ...more };
}

export function line(down: number, up: number, more: Partial<Pipe> = {}): AccessLine {
  return { down: pipe(down, more), up: pipe(up, more) };
}

export const USUAL = line(20_000, 5_000);

export function homes(count: number, on: AccessLine | null, more: Partial<Router> = {}): Router[] {
  return Array.from({ length: count }, () => ({ nat: "cone", line: on, homes: 1, ...more }));
}

/** Viewers open the page one after the other. */
export function entering(count: number, secondsApart: number): Event[] {
  return Array.from({ length: count }, (_, home) => ({ at: home * secondsApart, does: "enter", home }));
}
