/** The debug view in words: each part as a table, for people and for those who can't see the chart. */

import { sourceOf } from "./chart-rows.ts";
import type { DebugFile, PeerRow, SegmentStory, Way } from "./debug-file.ts";

export interface Table {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What stands there where it has no rows. */
  readonly none: string;
}

const STREAMS = { main: "video", secondary: "audio" } as const;
const CANDIDATES = {
  host: "own network (host)",
  srflx: "through a router (srflx)",
  prflx: "through a router (prflx)",
  relay: "relay",
} as const;

const DISTANCES = {
  "same-network": "same local network",
  "same-address": "behind the same address",
  elsewhere: "elsewhere",
} as const;

/** What is known of this viewer, by name. */
export function viewerTable({
  viewer,
  startedAt,
  savedAt,
  browser,
}: DebugFile): readonly (readonly [string, string])[] {
  return [
    ["Viewer", viewer.name || "not in a swarm yet"],
    ["As of", `${clock(savedAt)}, from ${clock(startedAt)} on`],
    ["Sharing", { on: "on", leech: "download only", off: "off" }[viewer.mode]],
    ["Guard", GUARDS[viewer.guard]],
    ["Signatures", viewer.signatures],
    ["Error", viewer.error ?? "none"],
    ["First frame", inSeconds(viewer.firstFrameSeconds)],
    ["Delay and buffer", `${inSeconds(viewer.delaySeconds)}, ${inSeconds(viewer.bufferSeconds)}`],
    ["Stalls", viewer.stalls === 0 ? "none" : `${viewer.stalls}, ${inSeconds(viewer.stalledSeconds)} in all`],
    ["From peers", `${bytes(viewer.bytesFromPeers)}, ${segments(viewer.segmentsFromPeers)}`],
    ["From the CDN", `${bytes(viewer.bytesFromCdn)}, ${segments(viewer.segmentsFromCdn)}`],
    ["Fetched and received as well", segments(viewer.segmentsFetchedTwice)],
    ["To peers", bytes(viewer.bytesToPeers)],
    ["Viewers who share", viewer.viewersNow === null ? "not counted" : String(viewer.viewersNow)],
    [
      "Downlink, by fetches",
      `${bits(viewer.downlinkBitsPerSecond)}, first byte after ${milliseconds(viewer.cdnRoundTripSeconds)}`,
    ],
    ["Room on the downlink", viewer.room || "unknown"],
    ["Uplink, measured", bits(viewer.uplinkBitsPerSecond)],
    ["Uplink, to give away", `${bits(viewer.spareBitsPerSecond)}, ${viewer.uploads} uploads now`],
    ["Browser", browser],
  ];
}

const GUARDS = {
  none: "no pause",
  "takes-only": "uploads are paused (takes-only)",
  "cdn-only": "sharing is paused (cdn-only)",
} as const;

/** The newest first. Times are to each segment's own deadline. */
export function segmentTable({ segments, startedAt, savedAt }: DebugFile, most: number): Table {
  const newest = segments.toReversed().slice(0, most);
  return {
    titles: ["Segment", "Listed at", "From", "Listed", "Ways", "Complete", "Fetcher", "Place", "Held back"],
    none: "No segment yet.",
    rows: newest.map((story) => [
      `${story.sequence} ${STREAMS[story.stream]} ${story.rendition}`,
      clock(startedAt + story.knownAt),
      sourceOf(story, savedAt - startedAt),
      toDue(story, story.knownAt),
      story.ways.map((way) => wayWords(story, way)).join("; ") || "none seen",
      story.completeAt === null ? "" : toDue(story, story.completeAt),
      story.fetcher ?? "nobody",
      story.rank === null ? "" : String(story.rank),
      story.heldBack ? "yes" : "no",
    ]),
  };
}

function wayWords(
  story: SegmentStory,
  { source, peer, begunAt, endedAt, outcome, bytes: size }: Way,
): string {
  const took = endedAt === null ? "" : ` in ${milliseconds((endedAt - begunAt) / 1000)}`;
  return `${source === "cdn" ? "CDN" : `peer ${peer}`} ${outcome}${took}, begun ${toDue(story, begunAt)}, ${bytes(size)}`;
}

export function peerTable({ peers }: DebugFile): Table {
  return {
    titles: [
      "Peer",
      "Swarm",
      "State",
      "Where",
      "This end",
      "That end",
      "By",
      "Round trip",
      "From it",
      "To it",
      "Holds",
      "Can fetch",
    ],
    none: "No peer yet.",
    rows: peers.map((peer) => [
      peer.name,
      `${STREAMS[peer.stream]} ${peer.rendition}`,
      stateOf(peer),
      peer.distance ? DISTANCES[peer.distance] : "unknown",
      peer.here ? CANDIDATES[peer.here] : "unknown",
      peer.there ? CANDIDATES[peer.there] : "unknown",
      peer.transport ?? "unknown",
      `${peer.roundTripMs ?? "?"} ms, ${peer.probedMs ?? "?"} ms by probe`,
      `${bytes(peer.bytesFrom)}, ${bits(peer.fromBitsPerSecond)}`,
      `${bytes(peer.bytesTo)}, ${bits(peer.toBitsPerSecond)}`,
      String(peer.holds),
      peer.mayFetch === null ? "unknown" : yes(peer.mayFetch),
    ]),
  };
}

function stateOf({ closedAt, isPlayed, shares }: PeerRow): string {
  if (closedAt !== null) return "closed";
  return `${shares ? "shares" : "downloads only"}${isPlayed ? "" : ", of a rendition that was left"}`;
}

export function dutyTable({ duties }: DebugFile): Table {
  return {
    titles: [
      "Swarm",
      "Can be elected",
      "Connected",
      "Share",
      "Can be elected of them",
      "Sees everyone",
      "Hold-back",
      "Handover",
    ],
    none: "Nothing is played yet.",
    rows: duties.map((duty) => [
      `${STREAMS[duty.stream]} ${duty.rendition}`,
      yes(duty.mayFetch),
      String(duty.connected),
      String(duty.sharing),
      String(duty.electable),
      yes(duty.seesEveryone),
      `${Math.round(duty.holdBackShare * 100)} % of the longest`,
      inSeconds(duty.handoverSeconds),
    ]),
  };
}

export function trackerTable({ tracker, startedAt }: DebugFile): Table {
  return {
    titles: ["At", "Swarm", "Viewers", "Refusal"],
    none: "The tracker has said nothing yet.",
    rows: tracker
      .toReversed()
      .map(({ at, stream, rendition, viewers, refusal }) => [
        clock(startedAt + at),
        `${STREAMS[stream]} ${rendition ?? ""}`.trim(),
        viewers === null ? "" : String(viewers),
        refusal ?? "",
      ]),
  };
}

export function noteTable({ notes, startedAt }: DebugFile): Table {
  return {
    titles: ["At", "What happened"],
    none: "Nothing yet.",
    rows: notes.toReversed().map(({ at, text }) => [clock(startedAt + at), text]),
  };
}

/** `7.9 s before its time`, or `0.3 s too late`. */
function toDue({ dueAt }: SegmentStory, at: number): string {
  if (dueAt === null) return "not due";
  const seconds = (dueAt - at) / 1000;
  return seconds >= 0 ? `${seconds.toFixed(1)} s before` : `${(-seconds).toFixed(1)} s too late`;
}

function clock(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 21);
}

function inSeconds(seconds: number | null): string {
  return seconds === null ? "unknown" : `${seconds.toFixed(1)} s`;
}

function milliseconds(seconds: number | null): string {
  return seconds === null ? "unknown" : `${Math.round(seconds * 1000)} ms`;
}

function bits(perSecond: number | null): string {
  return perSecond === null ? "unknown" : `${(perSecond / 1e6).toFixed(2)} Mbit/s`;
}

function bytes(count: number): string {
  return count < 1e6 ? `${Math.round(count / 1e3)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

function segments(count: number): string {
  return `${count} ${count === 1 ? "segment" : "segments"}`;
}

function yes(is: boolean): string {
  return is ? "yes" : "no";
}
