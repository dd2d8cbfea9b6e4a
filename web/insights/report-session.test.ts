import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseReport } from "../../functions/insights/report.ts";
import type { LiveSession } from "../playback/session.ts";
import { StatsCounter } from "../playback/stats.ts";
import type { Tickets } from "../playback/tickets.ts";
import type { ReportedPlayer } from "./report-session.ts";
import { ofLiveSession, reportWhenAllowed } from "./report-when-allowed.ts";

const source = { address: "https://live.example.com/reports", pace: "https://live.example.com/reports.json" };

let counter: StatsCounter;
let error: LiveSession["error"];
let onError: (error: LiveSession["error"]) => void;
let stopped: number;
let video: { paused: boolean; seeking: boolean; ended: boolean; readyState: number; frames: number | null };
let requests: { address: string; init: RequestInit }[];
let answer: (address: string) => Response;
let isSwitchedOn: boolean;
let destroyed: AbortController;
let page: EventTarget;
let onAllowance: (allowance: { mode: string; reason: string }) => void;
let ramps: number[];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  counter = new StatsCounter();
  error = null;
  stopped = 0;
  video = { paused: false, seeking: false, ended: false, readyState: 4, frames: 0 };
  requests = [];
  ramps = [];
  answer = (address) =>
    Response.json(
      address.endsWith(".json")
        ? { probability: 1, seconds: 240, ramp: 0.25 }
        : { now: Date.now(), pace: null },
    );
  isSwitchedOn = true;
  destroyed = new AbortController();
  page = new EventTarget();
  vi.stubGlobal("document", { hidden: false });
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("HTMLMediaElement", { HAVE_FUTURE_DATA: 3 });
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    requests.push({ address, init });
    return answer(address);
  });
  // A first report after two minutes.
  vi.spyOn(Math, "random").mockReturnValue(0.125);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The session began so long ago. */
function start(agoMs = 0): void {
  const player = {
    video: {
      ...video,
      getVideoPlaybackQuality: () => ({ totalVideoFrames: video.frames, droppedVideoFrames: 3 }),
      get paused() {
        return video.paused;
      },
      get readyState() {
        return video.readyState;
      },
      ...(video.frames === null && { getVideoPlaybackQuality: undefined }),
    },
    name: "shoal",
    session: ofLiveSession({
      get stats() {
        return counter.read(Date.now() / 1000);
      },
      error,
      qualities: [{ bitsPerSecond: 3_000_000 }],
      on: (_: string, listener: typeof onError) => {
        onError = listener;
        return () => {
          stopped += 1;
        };
      },
    } as unknown as LiveSession),
    tickets: {
      viewer: "k3Jx0aQ9bZ",
      current: (plain: string) => plain.replace("/reports", "/t/TICKET/reports"),
    } as Pick<Tickets, "viewer" | "current">,
    source,
    startedAt: Date.now() - agoMs,
    choice: {
      watch: (listener: typeof onAllowance) => {
        onAllowance = listener;
        listener({ mode: "on", reason: "default" });
        return () => {
          stopped += 1;
        };
      },
      guard: (ramp: number) => ramps.push(ramp),
    },
  } as unknown as Omit<ReportedPlayer, "mayReport">;
  reportWhenAllowed(player, { isSwitchedOn: () => isSwitchedOn, destroyed: destroyed.signal });
}

const posts = () => requests.filter(({ init }) => init.method === "POST");
const report = (index = 0) => {
  const found = parseReport(String(posts()[index]?.init.body), Date.now());
  if (typeof found === "string") throw new Error(found);
  return found;
};
/** The picture moves, 30 frames a second. */
async function play(seconds: number): Promise<void> {
  for (let quarter = 0; quarter < seconds * 4; quarter++) {
    if (video.frames !== null) video.frames += 8;
    await vi.advanceTimersByTimeAsync(250);
  }
}

test.each([
  ["watched", false, 61_500],
  ["not watched, by a viewer who paused", true, 59_750],
])("what came between the first frame and this is %s", async (_, isPaused, watchedMs) => {
  counter.firstFrame(0.5);
  video.paused = isPaused;
  start(2_000);
  video.paused = false;
  await play(60);
  page.dispatchEvent(new Event("pagehide"));
  expect(report().to.watchedMs).toBe(watchedMs);
});

test("what a player counted is sent with the ticket and its digest, so that it outlives the page", async () => {
  counter.firstFrame(0.64);
  counter.playback(6.5, 3);
  counter.quality(0);
  counter.received("peers", 5_000);
  counter.received("cdn", 7_000);
  counter.sentToPeers(900);
  start();
  await play(121);
  expect(posts()).toHaveLength(1);
  const [{ address, init }] = posts() as [(typeof requests)[number]];
  expect(address).toBe("https://live.example.com/t/TICKET/reports");
  expect(init).toMatchObject({ keepalive: true, credentials: "omit" });
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(String(init.body)));
  const digest = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  expect(init.headers).toMatchObject({ "x-amz-content-sha256": digest });
  expect(report()).toMatchObject({
    startMs: 640,
    delayMs: 6_500,
    kilobitsPerSecond: 3_000,
    player: "shoal",
    guard: "none",
    to: {
      bytesFromPeers: 5_000,
      bytesFromCdn: 7_000,
      bytesToPeers: 900,
      freezes: 0,
      droppedFrames: 3,
    },
  });
  expect(report().to.watchedMs).toBeGreaterThan(119_000);
});

test("a picture that stands is a freeze, and waiting is said to be", async () => {
  counter.firstFrame(0.5);
  start();
  await play(2);
  await vi.advanceTimersByTimeAsync(1_000);
  video.readyState = 2;
  await play(118);
  expect(report().to).toMatchObject({ freezes: 1, frozenMs: 1_000 });
  expect(posts()[0]?.init.body).toContain("sta=r");
});

test("a browser that counts no frames tells of no freezes", async () => {
  video.frames = null;
  counter.firstFrame(0.5);
  start();
  await play(121);
  expect(report().to).toMatchObject({ freezes: 0, droppedFrames: 0 });
});

test("a player that never started tells its errors when the page is left, and no rendition", async () => {
  error = { kind: "cdn-failing", retryInSeconds: 1, detail: "" };
  video.paused = true;
  start();
  onError({ kind: "offline", retryInSeconds: 1, detail: "" });
  onError(null);
  await vi.advanceTimersByTimeAsync(5_000);
  page.dispatchEvent(new Event("pagehide"));
  expect(report()).toMatchObject({
    isLast: true,
    errors: ["cdn-failing", "offline"],
    kilobitsPerSecond: null,
    startMs: null,
    delayMs: null,
    to: { watchedMs: 0 },
  });
  page.dispatchEvent(new Event("pageshow"));
  await vi.advanceTimersByTimeAsync(121_000);
  expect(posts()).toHaveLength(2);
  expect(posts()[1]?.init.body).toContain("sta=a");
});

describe("nothing is sent", () => {
  test.each([
    [
      "where the viewer switched it off",
      () => {
        isSwitchedOn = false;
      },
    ],
    ["under Global Privacy Control", () => vi.stubGlobal("navigator", { globalPrivacyControl: true })],
    ["for a player that is gone before", () => destroyed.abort()],
  ])("%s", async (_, arrange) => {
    arrange();
    start();
    await vi.advanceTimersByTimeAsync(600_000);
    page.dispatchEvent(new Event("pagehide"));
    expect(requests).toEqual([]);
  });
});

test("a player that is removed reports once more, and leaves nothing behind", async () => {
  start();
  await vi.advanceTimersByTimeAsync(1_000);
  destroyed.abort();
  expect(posts()).toHaveLength(1);
  expect(stopped).toBe(2);
  expect(vi.getTimerCount()).toBe(0);
  page.dispatchEvent(new Event("pagehide"));
  expect(posts()).toHaveLength(1);
});

test.each([
  ["answers what is no JSON", () => new Response("<html>", { status: 502 })],
  ["answers a word", () => Response.json("no")],
  [
    "can't be reached",
    () => {
      throw new TypeError("Failed to fetch");
    },
  ],
])("a border that %s changes nothing", async (_, failing: () => Response) => {
  counter.firstFrame(0.5);
  start();
  await vi.advanceTimersByTimeAsync(1_000);
  const works = answer;
  answer = (address) => (address.endsWith(".json") ? works(address) : failing());
  await vi.advanceTimersByTimeAsync(700_000);
  expect(posts().length).toBeGreaterThanOrEqual(2);
  expect(posts().length).toBeLessThanOrEqual(3);
  expect(report(posts().length - 1).from.watchedMs).toBe(0);
});

test("a report says in which group its viewer was, and SharingGuard's ramp reaches who decides", async () => {
  counter.firstFrame(0.5);
  start();
  await play(121);
  expect(report().group).toBe("sharing");
  expect(ramps).toContain(0.25);
  onAllowance({ mode: "off", reason: "ramp" });
  destroyed.abort();
  expect(report(1).group).toBe("none");
});
