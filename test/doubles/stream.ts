/** A stream for tests of sharing: its segments, a viewer, peers, and a CDN with a test's answers. */

import { vi } from "vitest";
import { scoreOf } from "../../web/sharing/election.ts";
import { peerIdOf, viewerNameFrom } from "../../web/sharing/peer-id.ts";
import type { ListedSegment } from "../../web/sharing/scheduler-events.ts";

export const RENDITION = "https://cdn.test/v0/index.m3u8";

export const ann = viewerNameFrom(new Uint8Array(12).fill(1));
const annsPeerId = peerIdOf(ann, "main", true);

/** Two seconds each; with the playhead at 0, segment n is needed in 2n seconds. */
export function segmentAt(sequence: number): ListedSegment {
  const url = `https://cdn.test/v0/${sequence}.m4s`;
  return { url, sequence, startSeconds: sequence * 2, endSeconds: sequence * 2 + 2 };
}

export const segmentsFrom = (first: number, count: number): ListedSegment[] =>
  Array.from({ length: count }, (_, index) => segmentAt(first + index));

export const AUDIO = "https://cdn.test/a/index.m3u8";

/** The audio of the same number and time. */
export function audioAt(sequence: number): ListedSegment {
  return { ...segmentAt(sequence), url: `https://cdn.test/a/${sequence}.m4s` };
}

/** The id of a peer that ranks before, or after, ann for a segment. */
export function peerOf(sequence: number, isFirst: boolean): string {
  for (let seed = 2; seed < 60; seed += 1) {
    const peerId = peerIdOf(viewerNameFrom(new Uint8Array(12).fill(seed)), "main", true);
    if (scoreOf(peerId, String(sequence)) < scoreOf(annsPeerId, String(sequence)) === isFirst) return peerId;
  }
  throw new Error("No peer of sixty fits");
}

/** Stands in for `fetch` until `vi.unstubAllGlobals()`. */
export class StubbedCdn {
  readonly asked: string[] = [];
  answer: (url: string) => Response | Promise<Response> = () => new Response(new Uint8Array(1000));

  constructor() {
    vi.stubGlobal("fetch", async (url: string) => {
      this.asked.push(url);
      return this.answer(url);
    });
  }
}
