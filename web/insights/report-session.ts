/** Joins a player to its reports: reads it four times a second, and sends by requests that outlive the page. */

import { sha256 } from "@noble/hashes/sha2.js";
import type { Moment, ReportReply } from "../../functions/insights/report-shape.ts";
import type { Stats } from "../playback/stats.ts";
import type { ReportsSource } from "../playback/stream.ts";
import type { Tickets } from "../playback/tickets.ts";
import { FreezeMeter } from "./freeze-meter.ts";
import { type Allowed, GroupMeter } from "./group-meter.ts";
import type { PlayerState } from "./report-lines.ts";
import { type Reading, Reporter } from "./reporter.ts";
import { WatchMeter } from "./watch-meter.ts";

const LOOK_MS = 250;

const TIMEOUT_MS = 10_000;

/** What is asked of whatever plays. */
export interface ReportedSession {
  readonly stats: Stats;
  /** Of the rendition that is played; null before any is. */
  readonly bitsPerSecond: number | null;
  readonly error: Failure | null;
  /** Calls back with each error that keeps the stream from playing. Returns a function that stops it. */
  on(event: "error", listener: (error: Failure | null) => void): () => void;
}

type Failure = { readonly kind: string };

export interface ReportedPlayer {
  /** What plays, in a word. */
  readonly name: string;
  readonly video: HTMLVideoElement;
  readonly session: ReportedSession;
  readonly tickets: Tickets;
  readonly source: ReportsSource;
  /** When the session began, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly choice: Choice;
  mayReport(): boolean;
}

/** What decides how far the viewer shares. */
interface Choice {
  /** Calls back at once and with each change. Returns a function that stops it. */
  watch(listener: (allowance: Allowed) => void): () => void;
  /** Lets this part of the viewers share, 0 to 1. */
  guard(ramp: number): void;
}

/** Reports until the function that it returns is called. */
export function reportSession(player: ReportedPlayer): () => void {
  const { name, video, session, tickets, source, startedAt, choice, mayReport } = player;
  const freezes = new FreezeMeter();
  const watched = new WatchMeter();
  const group = new GroupMeter();
  const stopWatching = choice.watch((allowance) => group.look(allowance, Date.now()));
  const look = () => {
    const isMoving =
      !video.paused && !video.seeking && !video.ended && session.stats.firstFrameSeconds !== null;
    const frames = video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    const atMs = performance.now();
    watched.look(atMs, isMoving);
    freezes.look({ atMs, frames, shouldMove: isMoving && frames > 0 && !document.hidden });
  };
  // This was loaded after the first frame, which was watched already.
  const { firstFrameSeconds } = session.stats;
  if (firstFrameSeconds !== null && !video.paused)
    watched.look(performance.now() - Math.max(0, Date.now() - startedAt - firstFrameSeconds * 1000), true);
  const looking = setInterval(look, LOOK_MS);
  const reporter = new Reporter(
    {
      viewer: tickets.viewer,
      session: crypto.getRandomValues(new Uint32Array(1)).toString().padStart(8, "0").slice(-8),
      read: () => {
        look();
        const { stats } = session;
        return readingOf(stats, {
          to: momentOf(stats, { watchedMs: watched.watchedMs, freezes, video }),
          state: stateOf(video),
          bitsPerSecond: session.bitsPerSecond,
          player: name,
          group: group.group,
          groupSince: group.since,
        });
      },
      guard: (ramp) => choice.guard(ramp),
      audience: () => session.stats.viewersNow,
      mayReport,
      askPace: () => json(fetch(source.pace, { signal: AbortSignal.timeout(TIMEOUT_MS) })),
      deliver: (text) => json<ReportReply>(send(tickets.current(source.address), text)),
      random: Math.random,
      after: (seconds, then) => {
        const timer = setTimeout(then, seconds * 1000);
        return () => clearTimeout(timer);
      },
    },
    { ...NOTHING, at: startedAt },
  );
  const fail = (error: Failure | null) => error && reporter.failed(error.kind, Date.now());
  fail(session.error);
  const leaving = new AbortController();
  const stopListening = session.on("error", fail);
  addEventListener("pagehide", () => reporter.end(), { signal: leaving.signal });
  addEventListener("pageshow", () => reporter.resume(), { signal: leaving.signal });
  void reporter.start();
  return () => {
    reporter.end();
    leaving.abort();
    stopWatching();
    stopListening();
    clearInterval(looking);
  };
}

const NOTHING: Moment = {
  at: 0,
  watchedMs: 0,
  stalls: 0,
  stalledMs: 0,
  freezes: 0,
  frozenMs: 0,
  droppedFrames: 0,
  bytesFromPeers: 0,
  bytesToPeers: 0,
  bytesFromCdn: 0,
};

interface Meters {
  readonly watchedMs: number;
  readonly freezes: FreezeMeter;
  readonly video: HTMLVideoElement;
}

function momentOf(stats: Stats, { watchedMs, freezes, video }: Meters): Moment {
  return {
    at: Date.now(),
    watchedMs: Math.round(watchedMs),
    stalls: stats.stalls,
    stalledMs: Math.round(stats.stalledSeconds * 1000),
    freezes: freezes.freezes,
    frozenMs: Math.round(freezes.frozenMs),
    droppedFrames: video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0,
    bytesFromPeers: stats.bytesFromPeers,
    bytesToPeers: stats.bytesToPeers,
    bytesFromCdn: stats.bytesFromCdn,
  };
}

function readingOf(stats: Stats, rest: Omit<Reading, "startMs" | "delayMs" | "peers" | "guard">): Reading {
  const milliseconds = (seconds: number | null) => (seconds === null ? null : seconds * 1000);
  return {
    ...rest,
    startMs: milliseconds(stats.firstFrameSeconds),
    delayMs: milliseconds(stats.delaySeconds),
    peers: stats.peersNow,
    guard: stats.guard,
  };
}

function stateOf(video: HTMLVideoElement): PlayerState {
  if (video.paused) return "paused";
  return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA ? "rebuffering" : "playing";
}

/**
 * `sendBeacon` would do, but the function's address is signed by CloudFront, and Lambda wants the digest of a body in a
 * header, which a beacon has none of. The digest can't be awaited while a page is left, so it is made here and now.
 */
function send(address: string, body: string): Promise<Response> {
  const digest = Array.from(sha256(new TextEncoder().encode(body)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return fetch(address, {
    method: "POST",
    body,
    keepalive: true,
    credentials: "omit",
    headers: { "content-type": "application/cmcd", "x-amz-content-sha256": digest.join("") },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

/** Null for whatever goes wrong: the next report tells what this one didn't. */
async function json<T>(asked: Promise<Response>): Promise<T | null> {
  const found: unknown = await asked.then((response) => response.json()).catch(() => null);
  return typeof found === "object" ? (found as T | null) : null;
}
