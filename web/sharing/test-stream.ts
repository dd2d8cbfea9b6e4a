/** The stream that tests of sharing play, one of its viewers and her neighbours, and a CDN that answers as a test says. */

import { vi } from "vitest";
import { scoreOf } from "./election.ts";
import type { FlowSegment } from "./journey.ts";
import { peerIdOf, viewerNameFrom } from "./peer-id.ts";

export const RENDITION = "https://cdn.test/v0/index.m3u8";

export const ann = viewerNameFrom(new Uint8Array(12).fill(1));
const annsPeerId = peerIdOf(ann, "main", true);

/** Two seconds each; where the picture stands at 0, segment n is needed in 2n seconds. */
export function segmentAt(sequence: number): FlowSegment {
  const url = `https://cdn.test/v0/${sequence}.m4s`;
  return { url, sequence, startSeconds: sequence * 2, endSeconds: sequence * 2 + 2 };
}

export const segmentsFrom = (first: number, count: number): FlowSegment[] =>
  Array.from({ length: count }, (_, place) => segmentAt(first + place));

/** A neighbour who comes before, or after, ann for a segment. */
export function neighbour(sequence: number, isFirst: boolean): string {
  for (let seed = 2; seed < 60; seed += 1) {
    const peerId = peerIdOf(viewerNameFrom(new Uint8Array(12).fill(seed)), "main", true);
    if (scoreOf(peerId, String(sequence)) < scoreOf(annsPeerId, String(sequence)) === isFirst) return peerId;
  }
  throw new Error("No neighbour of sixty fits");
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
