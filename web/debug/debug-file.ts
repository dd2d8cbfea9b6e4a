/**
 * What the debug view shows, and the file to hand over: one viewer's last minutes. No address of a viewer is in it, no
 * ticket and no token (scrub.ts). Times called `at` are in milliseconds since the record began.
 */

import { boolean, list, number, object, oneOf, orNull, type Read, text } from "./reading.ts";

/** With each change that a page of before couldn't read. */
export const VERSION = 1;

/** The bounds of a record: what is older, or more, goes. */
export const MOST = { segments: 700, ways: 6, peers: 60, words: 60, notes: 150, streams: 2 } as const;
export const KEPT_MS = 10 * 60_000;
/** All bounds together stay below this; a file that is larger isn't one of ours. */
export const MOST_BYTES = 1_000_000;

const stream = oneOf("main", "secondary");
const word = text(60);
const words = text(200);
const count = number;
const at = number;
const bitsPerSecond = orNull(number);
const seconds = orNull(number);

/** One attempt to get a segment, from the CDN or a peer. */
const way = object({
  source: oneOf("cdn", "peers"),
  /** Who sends it; null for the CDN. */
  peer: orNull(word),
  begunAt: at,
  endedAt: orNull(at),
  outcome: oneOf("running", "done", "failed", "lost", "aborted"),
  bytes: count,
});

const segment = object({
  stream,
  rendition: word,
  sequence: number,
  seconds: number,
  /** It appeared in this viewer's playlist. */
  knownAt: at,
  /** The playhead reaches it, as far as was last known; null while nothing plays. */
  dueAt: orNull(at),
  ways: list(way, MOST.ways),
  /** The first way that brought it; null while none has. */
  from: orNull(oneOf("cdn", "peers")),
  /** Null for what was there before the record began. */
  completeAt: orNull(at),
  /** The other way brought it as well. */
  cameTwice: boolean,
  /** This viewer's place among those who could fetch it, 0 for the fetcher, and who that is: `self` or a peer. */
  rank: orNull(number),
  fetcher: orNull(word),
  heldBack: boolean,
});

const candidate = orNull(oneOf("host", "srflx", "prflx", "relay"));

const peer = object({
  name: word,
  stream,
  rendition: word,
  isPlayed: boolean,
  shares: boolean,
  mayFetch: orNull(boolean),
  holds: count,
  /** As far as their addresses tell: in one network, behind one address, or neither. */
  distance: orNull(oneOf("same-network", "same-address", "elsewhere")),
  /** How the two ends are reached: by an address of their own network, as a router shows them, or by a relay. */
  here: candidate,
  there: candidate,
  transport: orNull(word),
  roundTripMs: orNull(number),
  probedMs: orNull(number),
  bytesFrom: count,
  bytesTo: count,
  fromBitsPerSecond: number,
  toBitsPerSecond: number,
  connectedAt: at,
  closedAt: orNull(at),
});

const duty = object({
  stream,
  rendition: word,
  /** This viewer may be elected now. */
  mayFetch: boolean,
  connected: count,
  sharing: count,
  electable: count,
  seesEveryone: boolean,
  holdBackShare: number,
  handoverSeconds: number,
});

const file = object({
  format: oneOf("shoal-debug"),
  version: number,
  /** In milliseconds since the epoch. */
  startedAt: number,
  savedAt: number,
  browser: words,
  viewer: object({
    name: word,
    mode: oneOf("on", "leech", "off"),
    guard: oneOf("none", "takes-only", "cdn-only"),
    signatures: word,
    error: orNull(words),
    firstFrameSeconds: seconds,
    delaySeconds: seconds,
    bufferSeconds: number,
    stalls: count,
    stalledSeconds: number,
    bytesFromPeers: count,
    bytesFromCdn: count,
    bytesToPeers: count,
    segmentsFromPeers: count,
    segmentsFromCdn: count,
    segmentsFetchedTwice: count,
    /** Of these, before the record began. */
    earlierFromPeers: count,
    earlierFromCdn: count,
    viewersNow: orNull(count),
    downlinkBitsPerSecond: bitsPerSecond,
    cdnRoundTripSeconds: seconds,
    room: word,
    uplinkBitsPerSecond: bitsPerSecond,
    spareBitsPerSecond: bitsPerSecond,
    uploads: count,
  }),
  duties: list(duty, MOST.streams),
  peers: list(peer, MOST.peers),
  segments: list(segment, MOST.segments),
  tracker: list(
    object({ at, stream, rendition: orNull(word), viewers: orNull(count), refusal: orNull(words) }),
    MOST.words,
  ),
  notes: list(object({ at, text: words }), MOST.notes),
});

export type DebugFile = Read<typeof file>;
export type SegmentStory = DebugFile["segments"][number];
export type Way = SegmentStory["ways"][number];
export type PeerRow = DebugFile["peers"][number];
export type DutyRow = DebugFile["duties"][number];
export type ViewerRow = DebugFile["viewer"];

/** Reads a file that somebody handed over. Throws an error whose message is for the person who opened it. */
export function readDebugFile(contents: string): DebugFile {
  if (contents.length > MOST_BYTES) throw new Error("This file is too large to be a debug view's.");
  const found = parsed(contents);
  if (typeof found !== "object" || found === null || !("format" in found) || found.format !== "shoal-debug")
    throw new Error("This isn't a file of Shoal's debug view.");
  const { version } = found as { version?: unknown };
  if (version !== VERSION) {
    throw new Error(
      `This file has version ${JSON.stringify(version)}; this page reads version ${VERSION}. Open it on a deployment of the version that made it.`,
    );
  }
  try {
    return file(found, "");
  } catch (error) {
    throw new Error(`This file is damaged: ${(error as Error).message}`);
  }
}

function parsed(contents: string): unknown {
  try {
    return JSON.parse(contents);
  } catch {
    throw new Error("This file isn't JSON, or is cut short.");
  }
}
