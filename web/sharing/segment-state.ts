/** All that the scheduler knows about one segment of the rendition that is played. */

import type { DownloadStart, MeasuredDownload } from "./downlink-meter.ts";
import type { Delivery, ListedSegment, SchedulerCommand } from "./scheduler-events.ts";

/** A segment on its way. Times are seconds on the scheduler's clock, as all here. */
export interface Download extends MeasuredDownload {
  startedAt: number;
  lastByteAt: number;
  /** What had come at two moments of the last second or so, the earlier first. */
  marks: readonly [Mark, Mark];
}

interface Mark {
  at: number;
  bytes: number;
}

export interface Transfer extends Download {
  peerId: string;
  /** What the peer said that the segment has; null until then. */
  totalBytes: number | null;
}

/** One way at a time, unless there is reason and room for both. */
export interface CdnDownload extends Download {
  fetch: string;
  /** Peers may bring it beside the fetch: little was missing of a transfer, or the fetch turned out to be late. */
  besidePeers: boolean;
  /** When it began, the player needed it so soon that nothing more may come beside it. */
  isUrgent: boolean;
}

/** A download without a byte for this long can't be counted on. */
const STANDSTILL_SECONDS = 0.7;

/** The time between two marks. */
const MARK_SECONDS = 0.5;

/** A download that has become slower than this share of its speed so far goes on at the speed that it has now. */
const COLLAPSED_SHARE = 0.25;

/** How much of itself a segment that exceeds the usual size is taken to lack. */
const LARGER_SHARE = 0.25;

type SegmentState =
  | { status: "missing" }
  /** This viewer is its fetcher, and lets better placed viewers go first. */
  | { status: "held-back" }
  | { status: "from-peer"; transfer: Transfer }
  /** The first to finish wins. */
  | { status: "from-cdn"; download: CdnDownload; transfer: Transfer | null }
  | { status: "stored"; delivery: Delivery };

/** Where the signature of a segment from the CDN is. What comes from peers is signed. */
type Signature =
  | { status: "none" }
  | { status: "asked" }
  | { status: "signed" }
  | { status: "refused"; count: number; retryAt: number };

export interface Segment {
  listed: ListedSegment;
  seenAt: number;
  /** It appeared while this viewer was connected with peers, who saw it appear as well. */
  isElectable: boolean;
  /** This viewer was its fetcher and held back at some time. */
  hasHeldBack: boolean;
  /** Its fetch was left to another viewer once. */
  hasYielded: boolean;
  /** What a fetch of it seemed to take that ended for a transfer; null if none did. */
  overtakenSeconds: number | null;
  /** Failed fetches so far. */
  failure: { count: number; at: number; retryAt: number } | null;
  /** Requests of the player that wait for it. */
  demands: Set<number>;
  signature: Signature;
  /** Its signature was asked for while it was being fetched. */
  isSignatureFetched: boolean;
  /** What peers gave couldn't be decoded. */
  isDistrusted: boolean;
  state: SegmentState;
}

/** A segment that a playlist lists for the first time; `held` if the viewer has it already. */
export function newSegment(
  listed: ListedSegment,
  seenAt: number,
  isElectable: boolean,
  held?: Delivery,
): Segment {
  return {
    listed,
    seenAt,
    isElectable,
    hasHeldBack: false,
    hasYielded: false,
    overtakenSeconds: null,
    failure: null,
    demands: new Set(),
    signature: { status: held?.source === "peers" ? "signed" : "none" },
    isSignatureFetched: false,
    isDistrusted: false,
    state: held ? { status: "stored", delivery: held } : { status: "missing" },
  };
}

/** The transfer that is under way, if any. */
export function transferOf(segment: Segment | undefined): Transfer | null {
  const state = segment?.state;
  return state?.status === "from-peer" || state?.status === "from-cdn" ? state.transfer : null;
}

/** The fetch that is under way, if any. */
export function fetchOf(segment: Segment | undefined): CdnDownload | null {
  return segment?.state.status === "from-cdn" ? segment.state.download : null;
}

/** Whether neither side has brought it and it isn't being fetched. */
export function isToBeFetched({ state }: Segment): boolean {
  return state.status !== "stored" && state.status !== "from-cdn";
}

/** Whether the playhead is yet to leave it. False while the video stalls. */
export function isAhead(
  { listed }: Segment,
  { positionSeconds }: { positionSeconds: number | null },
): boolean {
  return positionSeconds !== null && listed.endSeconds > positionSeconds;
}

/** Seconds until the playhead reaches it; null while the video stalls. */
export function secondsToNeed(
  { listed }: Segment,
  { positionSeconds }: { positionSeconds: number | null },
): number | null {
  return positionSeconds === null ? null : listed.startSeconds - positionSeconds;
}

/** Whether peers will be given it once its fetch, or its signature, is there. */
export function isOnItsWay({ state, signature }: Segment): boolean {
  return state.status === "from-cdn" || (state.status === "stored" && signature.status === "asked");
}

/** A peer begins to send the segment. What is stored stays stored. */
export function beginTransfer(segment: Segment, transfer: Transfer): void {
  const { state } = segment;
  if (state.status === "stored") return;
  segment.state = state.status === "from-cdn" ? { ...state, transfer } : { status: "from-peer", transfer };
}

/** A download that begins now. */
export function newDownload(now: number): Download {
  const mark = { at: now, bytes: 0 };
  return { startedAt: now, bytes: 0, start: null, lastByteAt: now, marks: [mark, mark] };
}

/** The peer says how large the segment is. What it sent before belongs to nothing that it was asked for. */
export function setSize(segment: Segment, totalBytes: number, now: number): void {
  const transfer = transferOf(segment);
  if (transfer) Object.assign(transfer, newDownload(transfer.startedAt), { lastByteAt: now, totalBytes });
}

/** Bytes came in; `start` describes the moment, in case they are the first. */
export function addProgress(download: Download, bytes: number, start: DownloadStart): void {
  download.start ??= start;
  download.bytes += bytes;
  download.lastByteAt = start.at;
  const [, later] = download.marks;
  if (start.at - later.at < MARK_SECONDS) return;
  download.marks = [later, { at: start.at, bytes: download.bytes }];
}

/**
 * Seconds until a download is done at its speed so far, or at that of the last second if it has collapsed. Infinite
 * before its first byte, and while it stands still. `usualBytes` is what such segments have, where nobody has said what
 * this one has.
 */
export function secondsToFinish(
  download: Download & Partial<Pick<Transfer, "totalBytes">>,
  usualBytes: number,
  now: number,
): number {
  const { startedAt, bytes, totalBytes = null } = download;
  if (bytes === 0 || standsStill(download, now)) return Number.POSITIVE_INFINITY;
  // A segment that exceeds the usual size is larger by an unknown share.
  const unknown = bytes >= usualBytes ? LARGER_SHARE * bytes : usualBytes - bytes;
  const remainingBytes = totalBytes === null ? unknown : totalBytes - bytes;
  if (now <= startedAt) return 0;
  const usual = bytes / (now - startedAt);
  const [earlier] = download.marks;
  const recent = (bytes - earlier.bytes) / (now - earlier.at);
  return remainingBytes / (recent < COLLAPSED_SHARE * usual ? recent : usual);
}

/** Whether nothing has come of it for so long that it can't be counted on. */
export function standsStill({ lastByteAt }: Download, now: number): boolean {
  return now - lastByteAt > STANDSTILL_SECONDS;
}

/** The transfer that is under way broke off; a fetch beside it goes on. */
export function loseTransfer(segment: Segment): void {
  const { state } = segment;
  if (state.status === "from-cdn") segment.state = { ...state, transfer: null };
  else segment.state = { status: "missing" };
}

/** Whether this viewer holds the segment back is decided anew each time; other states aren't touched. */
export function setHeldBack(segment: Segment, isHoldingBack: boolean): void {
  segment.hasHeldBack ||= isHoldingBack;
  const { status } = segment.state;
  if (status === "missing" || status === "held-back") {
    segment.state = { status: isHoldingBack ? "held-back" : "missing" };
  }
}

/** Hands the segment to all that wait for it. */
export function deliver({ demands }: Segment, delivery: Delivery): SchedulerCommand[] {
  const commands = [...demands].map((demand) => ({ type: "deliver", demand, delivery }) as const);
  demands.clear();
  return commands;
}

/** Tells all that wait for the segment that it won't come now. `status` is HTTP's. */
export function refuse({ demands }: Segment, status: number, message: string): SchedulerCommand[] {
  const commands = [...demands].map((demand) => ({ type: "fail", demand, status, message }) as const);
  demands.clear();
  return commands;
}

export function abortFetch({ state }: Segment): SchedulerCommand[] {
  return state.status === "from-cdn" ? [{ type: "abort-fetch", fetch: state.download.fetch }] : [];
}

/** The segment is of no more concern: its fetch ends, and whoever waits is told why. */
export function endSegment(segment: Segment, why: string): SchedulerCommand[] {
  return [...abortFetch(segment), ...refuse(segment, 410, why)];
}
