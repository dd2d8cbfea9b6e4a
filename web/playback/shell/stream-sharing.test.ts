import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeMedia } from "../../../test/doubles/media.ts";
import { RENDITION, StubbedCdn, segmentAt, segmentsFrom } from "../../../test/doubles/stream.ts";
import { answerWithTickets, ticketsFor } from "../../../test/doubles/tickets.ts";
import type { EngineEvent, EngineOptions } from "../../engine/engine.ts";
import type { Geometry } from "../../sharing/geometry.ts";
import { peerIdOf, viewerNameFrom } from "../../sharing/peer-id.ts";
import type { Delivery } from "../../sharing/scheduler-events.ts";
import type { SharingMode } from "../session.ts";
import { StatsCounter } from "../stats.ts";
import type { CdnError } from "./cdn-fetch.ts";
import type { SharingOptions } from "./player-adapter.ts";
import { StreamSharing } from "./stream-sharing.ts";

interface StubbedEngine {
  options: EngineOptions;
  banned: EngineOptions["banned"];
  isDestroyed: boolean;
  listed: string[];
  /** What it was told, in order. */
  calls: string[];
}

/** Stands in for the engine; tests report its events. */
const { engines, engineState, signer } = vi.hoisted(() => ({
  signer: { works: true },
  engines: [] as StubbedEngine[],
  engineState: { fails: false },
}));
vi.mock("../../engine/engine.ts", () => ({
  Engine: class implements StubbedEngine {
    options: EngineOptions;
    banned: EngineOptions["banned"];
    isDestroyed = false;
    listed: string[] = [];
    calls: string[] = [];
    constructor(options: EngineOptions) {
      if (engineState.fails) throw new Error("no engine");
      this.options = options;
      this.banned = options.banned ?? ({} as EngineOptions["banned"]);
      engines.push(this);
    }
    addRendition(kind: string, rendition: string): void {
      this.calls.push(`add ${kind} ${rendition}`);
    }
    updateSegments(rendition: string): void {
      this.listed.push(rendition);
    }
    playerAt(_rendition: string, url: string): void {
      this.calls.push(`player at ${url}`);
    }
    setPeerWindow(seconds: number): void {
      this.calls.push(`window ${seconds}`);
    }
    announce(rendition: string): void {
      this.calls.push(`announce ${rendition}`);
    }
    fetchSignature(sequence: number): void {
      this.calls.push(`fetch signature ${sequence}`);
    }
    async sign(rendition: string, { sequence }: { sequence: number }): Promise<void> {
      this.calls.push(`sign ${sequence}`);
      const trailer = signer.works ? new ArrayBuffer(160) : null;
      this.options.onEvent({ type: "signature", rendition, sequence, trailer });
    }
    ban(peerId: string): void {
      this.calls.push(`ban ${peerId}`);
    }
    moveTo(positionSeconds: number, rate: number): void {
      this.calls.push(`move to ${positionSeconds} at ${rate}`);
    }
    destroy(): void {
      this.isDestroyed = true;
      for (const peerId of bobs) this.options.onEvent({ type: "peer-closed", stream: "main", peerId });
    }
  },
}));

const bobs = Array.from({ length: 3 }, (_, seat) =>
  peerIdOf(viewerNameFrom(new Uint8Array(12).fill(seat)), "main", true),
);
const segments = (count: number) => segmentsFrom(0, count);
const playlist = (count: number) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${"#EXTINF:2.0,\nx.m4s\n".repeat(count)}`;

let cdn: StubbedCdn;
let media: FakeMedia;
let hasMedia: boolean;
let stats: StatsCounter;
let sharing: StreamSharing;
let outcomes: ("works" | CdnError)[];
let geometries: Geometry[];
let failures: unknown[];
let refreshed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  engines.length = 0;
  engineState.fails = false;
  outcomes = [];
  geometries = [];
  failures = [];
  refreshed = [];
  cdn = new StubbedCdn();
  media = new FakeMedia();
  hasMedia = true;
  stats = new StatsCounter();
  vi.stubGlobal("RTCPeerConnection", class {});
});

afterEach(() => {
  sharing.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function opens(
  mode: SharingMode,
  { trackers = ["wss://tracker.test"], ...more }: Partial<SharingOptions> = {},
): void {
  const onCdn = (outcome: "works" | CdnError) => outcomes.push(outcome);
  const options = {
    channel: "a",
    sharesUnsigned: true,
    trackers,
    stunServers: [],
    mode,
    delaySeconds: null,
    stats,
    onCdn,
    ...more,
  };
  sharing = new StreamSharing(options, {
    media: () => (hasMedia ? media.element : null),
    renditions: () => [{ kind: "main", rendition: RENDITION, traits: {} }],
    play: (geometry) => geometries.push(geometry),
    refreshPlaylist: (kind, rendition) => refreshed.push(`${kind} ${rendition}`),
    requestAddress: (address) => `${address}?signed`,
  });
}

/** Lets the engine be imported, and what is due be done. */
async function settle(seconds = 0): Promise<void> {
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(seconds * 1000);
}

async function plays(): Promise<void> {
  sharing.start();
  media.emit("playing");
  await settle();
}

interface Asked {
  deliveries: Delivery[];
  failures: [number, string][];
  drop: () => void;
}

function asks(sequence: number): Asked {
  const [deliveries, refusals]: [Delivery[], [number, string][]] = [[], []];
  const request = { kind: "main" as const, rendition: RENDITION, sequence, url: segmentAt(sequence).url };
  const drop = sharing.request(request, {
    deliver: (delivery) => deliveries.push(delivery),
    fail: (code, text) => refusals.push([code, text]),
  });
  return { deliveries, failures: refusals, drop };
}

const engineTells = (event: EngineEvent) => engines[0]?.options.onEvent(event);
const urlOf = (sequence: number) => `${segmentAt(sequence).url}?signed`;

test("with sharing off, nothing is fetched and no engine started", async () => {
  opens("off");
  sharing.update("main", RENDITION, segments(3));
  await plays();
  expect(sharing.brings(RENDITION, 1)).toBe(false);
  expect(cdn.asked).toEqual([]);
  expect(engines).toEqual([]);
});

test("without a tracker no engine is started", async () => {
  opens("on", { trackers: [] });
  await plays();
  expect(engines).toEqual([]);
});

test("the engine starts once, after the first frame, and is given the playlists", async () => {
  opens("on");
  sharing.update("main", RENDITION, segments(3));
  sharing.start();
  expect(engines).toEqual([]);
  await plays();
  await plays();
  expect(engines.map(({ listed }) => listed)).toEqual([[RENDITION]]);
});

test("where the first segment takes long, the engine starts before the first frame", async () => {
  vi.useFakeTimers();
  cdn.answer = () => new Promise(() => {});
  opens("on");
  sharing.update("main", RENDITION, segments(3));
  asks(1);
  await vi.advanceTimersByTimeAsync(400);
  expect(engines).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  await vi.dynamicImportSettled();
  expect(engines.map(({ calls }) => calls.at(-1))).toEqual([`player at ${segmentAt(1).url}`]);
});

test("a first segment that comes in less time than it plays starts no engine before the first frame", async () => {
  vi.useFakeTimers();
  const body = new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(new Uint8Array(600)) });
  cdn.answer = () => new Response(body, { headers: { "Content-Length": "1000" } });
  opens("on");
  sharing.update("main", RENDITION, segments(3));
  asks(1);
  await vi.advanceTimersByTimeAsync(1_100);
  await vi.dynamicImportSettled();
  expect(engines).toEqual([]);
  // Nothing more comes.
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.dynamicImportSettled();
  expect(engines.length).toBe(1);
});

test("the engine is told from how many viewers on this one may meet others", async () => {
  opens("on", { sharingAbove: 10 });
  await plays();
  const { mayMeet } = engines[0]?.options ?? {};
  expect([mayMeet?.(9), mayMeet?.(10)]).toEqual([false, true]);
});

test("without a threshold a viewer meets others at once", async () => {
  opens("on");
  await plays();
  expect(engines[0]?.options.mayMeet(1)).toBe(true);
});

test("the stats say how many watch the rendition, and how many any of them, until the viewer leaves the swarms", async () => {
  opens("on");
  await plays();
  engineTells({ type: "swarm-counted", stream: "main", viewers: 7 });
  engineTells({ type: "swarm-counted", stream: "secondary", viewers: 9 });
  expect(stats.read(0)).toMatchObject({ swarmViewers: 7, viewersNow: 9 });
  sharing.setMode("off");
  expect(stats.read(0)).toMatchObject({ swarmViewers: null, viewersNow: null });
});

test("a change of mode leaves the swarms and joins anew", async () => {
  opens("on");
  await plays();
  sharing.setMode("leech");
  await plays();
  expect(engines.map(({ isDestroyed, options }) => [isDestroyed, options.shares])).toEqual([
    [true, true],
    [false, false],
  ]);
});

test("a change of mode before the engine has started starts it once", async () => {
  opens("on");
  sharing.start();
  sharing.setMode("leech");
  await plays();
  expect(engines.map(({ options }) => options.shares)).toEqual([false]);
});

/** What peers hold, as they tell it. */
function hearsOf(peerIds: readonly string[], held: number[]): void {
  for (const peerId of peerIds) {
    engineTells({ type: "peer-announced", stream: "main", peerId, held, fetching: [], mayFetch: true });
  }
}

test("after destroy() nothing more is fetched, though connections close", async () => {
  opens("on");
  sharing.readPlaylist(playlist(15), 100);
  sharing.update("main", RENDITION, []);
  await plays();
  for (const peerId of bobs) {
    engines[0]?.options.onEvent({ type: "peer-connected", stream: "main", peerId });
  }
  hearsOf(bobs, []);
  await vi.advanceTimersByTimeAsync(6000);
  sharing.update("main", RENDITION, segments(5));
  await vi.advanceTimersByTimeAsync(100);
  const before = cdn.asked.length;
  expect(before).toBeLessThan(5);
  sharing.destroy();
  await vi.advanceTimersByTimeAsync(1000);
  expect(cdn.asked.slice(before)).toEqual([]);
});

test.each([
  { manifest: "HLS", tellsShape: () => sharing.readPlaylist(playlist(15), 100) },
  { manifest: "DASH, whose shape is known from segments only,", tellsShape: () => {} },
])("a player of $manifest stands for election", async ({ tellsShape }) => {
  opens("on");
  tellsShape();
  sharing.update("main", RENDITION, segments(1));
  await plays();
  for (const peerId of bobs) {
    engines[0]?.options.onEvent({ type: "peer-connected", stream: "main", peerId });
  }
  hearsOf(bobs, []);
  await vi.advanceTimersByTimeAsync(6000);
  // Among four, each is the fetcher of one segment in four: of two hundred, some.
  let early = 0;
  for (let count = 2; count < 200; count += 1) {
    media.currentTime = count * 2 - 8;
    media.ranges = [[0, count * 2]];
    hearsOf(bobs, [count - 2]);
    sharing.update("main", RENDITION, segments(count));
    await vi.advanceTimersByTimeAsync(2000);
    if (cdn.asked.includes(`https://cdn.test/v0/${count - 1}.m4s?signed`)) early += 1;
  }
  expect(early).toBeGreaterThan(10);
});

test("without WebRTC, segments are fetched at once", async () => {
  vi.stubGlobal("RTCPeerConnection", undefined);
  opens("on");
  await plays();
  expect(engines).toEqual([]);
  sharing.update("main", RENDITION, segments(1));
  await settle();
  expect(cdn.asked).toEqual([urlOf(0)]);
});

test("a failing engine is reported once, and playback continues from the CDN", async () => {
  engineState.fails = true;
  opens("on", { onSharingFailed: (error) => failures.push(error) });
  await plays();
  expect(failures).toEqual([new Error("no engine")]);
  sharing.update("main", RENDITION, segments(1));
  await settle();
  expect(cdn.asked).toEqual([urlOf(0)]);
});

test("an engine isn't started, and can't fail, after the viewer has left", async () => {
  engineState.fails = true;
  opens("on", { onSharingFailed: (error) => failures.push(error) });
  sharing.start();
  media.emit("playing");
  sharing.setMode("off");
  await settle();
  expect(failures).toEqual([]);
});

test("onSharingFailed is optional", async () => {
  engineState.fails = true;
  opens("on");
  await plays();
  expect(sharing.peerCount).toBe(0);
});

test("a request is answered with the segment, which is counted, reported and stored for peers", async () => {
  const told: unknown[] = [];
  opens("on", { onSegment: (...segment) => told.push(segment) });
  await plays();
  sharing.update("main", RENDITION, segments(1));
  const { deliveries } = asks(0);
  await settle(3);
  expect(deliveries.map(({ source }) => source)).toEqual(["cdn"]);
  expect(told).toEqual([[RENDITION, 0, "cdn"]]);
  expect(stats.read(0)).toMatchObject({ segmentsFromCdn: 1, bytesFromCdn: 1000 });
  expect(outcomes).toEqual(["works"]);
  expect(engines[0]?.options.store.has(RENDITION, 0)).toBe(true);
  expect(engines[0]?.calls).toContain(`announce ${RENDITION}`);
  expect(engines[0]?.calls).toContain(`player at ${segmentAt(0).url}`);
  expect(sharing.throughputBitsPerSecond).toBeGreaterThan(0);
});

test("a cancelled request is not answered", async () => {
  opens("on", { trackers: [] });
  cdn.answer = () => new Promise(() => {});
  sharing.update("main", RENDITION, segments(1));
  const { deliveries, drop } = asks(0);
  drop();
  drop();
  await settle();
  expect(deliveries).toEqual([]);
});

test("a request for a segment that isn't listed fails with status 410", async () => {
  opens("on", { trackers: [] });
  sharing.update("main", RENDITION, segments(1));
  const { failures: refusals } = asks(9);
  await settle();
  expect(refusals).toEqual([[410, "The segment left the playlist"]]);
});

test("a failed fetch is reported", async () => {
  opens("on", { trackers: [] });
  cdn.answer = () => new Response("", { status: 503 });
  sharing.update("main", RENDITION, segments(1));
  await settle();
  expect(outcomes).toMatchObject([{ status: 503 }]);
});

test("a peer that is faster than the fetch ends it, and both are counted", async () => {
  opens("on");
  await plays();
  cdn.answer = () => new Promise(() => {});
  sharing.update("main", RENDITION, segments(1));
  await settle();
  media.readyState = 1;
  const { deliveries } = asks(0);
  await settle();
  expect(cdn.asked).toEqual([urlOf(0)]);
  engineTells({ type: "transfer-progress", peerId: bobs[0] ?? "", bytes: 20 });
  const data = new ArrayBuffer(20);
  engineTells({
    type: "transfer-done",
    rendition: RENDITION,
    sequence: 0,
    data,
    trailer: new ArrayBuffer(0),
  });
  expect(deliveries.map(({ source }) => source)).toEqual(["peers"]);
  expect(stats.read(0)).toMatchObject({ bytesFromPeers: 20, segmentsFromPeers: 1, segmentsFetchedTwice: 1 });
  await settle();
  expect(outcomes).toEqual([]);
});

test("what leaves the playlist is no longer served", async () => {
  opens("on", { trackers: ["wss://tracker.test"] });
  await plays();
  sharing.update("main", RENDITION, segments(2));
  asks(0);
  await settle(6);
  const store = engines[0]?.options.store;
  expect(store?.has(RENDITION, 0)).toBe(true);
  sharing.update("main", RENDITION, segmentsFrom(1, 2));
  expect(store?.has(RENDITION, 0)).toBe(false);
});

test("peers are counted by viewer, and so are bytes sent to them", async () => {
  opens("on");
  await plays();
  const [peerId = ""] = bobs;
  engineTells({ type: "peer-connected", stream: "main", peerId });
  hearsOf([peerId], []);
  engineTells({ type: "sent", bytes: 70 });
  expect(stats.read(0)).toMatchObject({ peersNow: 1, bytesToPeers: 70 });
  expect(sharing.peerCount).toBe(1);
  engineTells({ type: "peer-closed", stream: "main", peerId });
  expect(stats.read(0)).toMatchObject({ peersNow: 0, peersEver: 1 });
});

test("the engine asks for the buffer before it serves a peer", async () => {
  opens("on");
  sharing.readPlaylist(playlist(15), 100);
  await plays();
  media.ranges = [[0, 8]];
  expect(engines[0]?.options.ownState()).toEqual({ isPaused: false, bufferSeconds: 8, segmentSeconds: 2 });
  media.ranges = [[0, 0.5]];
  expect(engines[0]?.options.ownState()).toMatchObject({ bufferSeconds: 0.5 });
});

test("the engine takes every segment from peers", async () => {
  opens("on");
  await plays();
  expect(engines[0]?.options.wants(RENDITION, 0)).toBe(true);
});

test("the engine is given the renditions, the latest stored segment and the playhead", async () => {
  opens("on");
  sharing.update("main", RENDITION, segments(1));
  asks(0);
  sharing.start();
  await settle(3);
  await settle();
  expect(engines[0]?.calls.slice(0, 2)).toEqual([`add main ${RENDITION}`, `player at ${segmentAt(0).url}`]);
  media.currentTime = 3;
  media.emit("timeupdate", "seeking");
  expect(engines[0]?.calls.slice(-2)).toEqual(["move to 3 at 1", "move to 3 at 1"]);
});

test("a new media element replaces the previous one", async () => {
  opens("on");
  await plays();
  const before = media;
  media = new FakeMedia();
  sharing.followMedia();
  before.emit("timeupdate");
  expect(engines[0]?.calls.filter((call) => call.startsWith("move"))).toEqual([]);
  media.emit("timeupdate");
  expect(engines[0]?.calls.at(-1)).toBe("move to 0 at 1");
});

test("a playhead that moves before the engine has started is no error", () => {
  opens("on");
  sharing.followMedia();
  media.emit("timeupdate");
  expect(engines).toEqual([]);
});

test("the target delay reaches player and engine once the stream's shape is known", async () => {
  opens("on");
  await plays();
  sharing.setTargetDelay(9);
  expect(geometries).toEqual([]);
  sharing.readPlaylist(playlist(15), 100);
  expect(geometries.at(-1)?.delaySeconds).toBe(9);
  expect(sharing.geometry.delaySeconds).toBe(9);
  expect(engines[0]?.calls.at(-1)).toBe("window 13");
  expect(stats.read(0).bytesFromCdn).toBe(100);
});

test("setting the current mode again changes nothing, turning sharing off ends the engine", async () => {
  opens("on");
  await plays();
  sharing.setMode("on");
  expect(engines.map(({ isDestroyed }) => isDestroyed)).toEqual([false]);
  sharing.setMode("off");
  expect(sharing.mode).toBe("off");
  expect(engines.map(({ isDestroyed }) => isDestroyed)).toEqual([true]);
});

test("without a media element a change of mode waits for the next start()", async () => {
  opens("on");
  hasMedia = false;
  sharing.setMode("leech");
  await settle(2);
  expect(engines).toEqual([]);
  hasMedia = true;
  await plays();
  expect(engines).toHaveLength(1);
});

test("after destroy() a request is not answered", async () => {
  opens("on", { trackers: [] });
  sharing.update("main", RENDITION, segments(1));
  const { deliveries } = asks(0);
  sharing.destroy();
  await settle(1);
  expect(deliveries).toEqual([]);
});

test("separate audio doesn't change the stream's geometry", () => {
  opens("on");
  sharing.update("secondary", "https://cdn.test/audio.m3u8", segments(3));
  expect(geometries).toEqual([]);
  expect(sharing.brings("https://cdn.test/audio.m3u8", 1)).toBe(true);
});

test("what is under way when sharing is switched off isn't left for the player to fetch again", async () => {
  opens("on");
  cdn.answer = () => new Promise(() => {});
  sharing.update("main", RENDITION, segments(6));
  await plays();
  await vi.advanceTimersByTimeAsync(6000);
  sharing.update("main", RENDITION, segments(6));
  const underWay = segments(6).map(({ url }) => cdn.asked.some((asked) => asked.startsWith(url)));
  expect(underWay.filter(Boolean)).toHaveLength(1);
  sharing.setMode("off");
  expect(segments(6).map(({ sequence }) => sharing.brings(RENDITION, sequence))).toEqual(underWay);
});

test("a playlist is refreshed when a peer has a segment that it doesn't list", async () => {
  opens("on");
  sharing.update("main", RENDITION, segments(3));
  await plays();
  engineTells({ type: "peer-connected", stream: "main", peerId: bobs[0] ?? "" });
  const announced = {
    type: "peer-announced",
    stream: "main",
    peerId: bobs[0] ?? "",
    mayFetch: true,
  } as const;
  engineTells({ ...announced, held: [1, 2], fetching: [3] });
  expect(refreshed).toEqual([`main ${RENDITION}`]);
});

const SIGNED = {
  sharesUnsigned: false,
  signatures: { address: "https://cdn.test/signatures/", publicKeys: [] },
};

/** Plays a signed stream, and fetches a segment among peers. */
async function fetchesSigned(): Promise<void> {
  opens("on", SIGNED);
  await plays();
  sharing.update("main", RENDITION, segments(1));
  await settle();
  engineTells({ type: "peer-connected", stream: "main", peerId: bobs[0] ?? "" });
  media.readyState = 1;
  asks(0);
  await settle(8);
}

test("a segment that is fetched among peers is signed, and peers may have it then", async () => {
  await fetchesSigned();
  const [engine] = engines;
  expect(engine?.options.signatures).toMatchObject(SIGNED.signatures);
  expect(engine?.options.signatures?.requestAddress?.("https://cdn.test/1")).toBe(
    "https://cdn.test/1?signed",
  );
  expect(engine?.calls).toContain("sign 0");
  expect(engine?.options.store.sequences(RENDITION)).toEqual([0]);
  expect(stats.read(0).signatures).toBe("checked");
});

test("without signatures a viewer plays on, gives nothing, and the stats say so", async () => {
  signer.works = false;
  await fetchesSigned();
  await settle(8);
  signer.works = true;
  expect(engines[0]?.options.store.sequences(RENDITION)).toEqual([]);
  expect(engines[0]?.calls.filter((call) => call === "sign 0").length).toBeGreaterThan(2);
  expect(stats.read(0)).toMatchObject({ signatures: "missing", segmentsFromCdn: 1 });
});

test.each([
  ["a deployment without keys", { signatures: null, sharesUnsigned: undefined }, "none"],
  ["a page that shares without", { signatures: null, sharesUnsigned: true }, "unsigned"],
] as const)("%s: the stats tell", async (_, options, state) => {
  opens("on", options);
  await plays();
  expect(stats.read(0).signatures).toBe(state);
  expect(engines).toHaveLength(state === "unsigned" ? 1 : 0);
});

test("a browser that can't check signatures shares nothing", async () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  opens("on", SIGNED);
  await plays();
  expect(engines).toEqual([]);
  expect(stats.read(0).signatures).toBe("insecure");
});

test("a signature is fetched beside its segment", async () => {
  cdn.answer = () => new Promise(() => {});
  await fetchesSigned();
  expect(engines[0]?.calls).toContain("fetch signature 0");
});

test("media that can't be decoded twice, from peers, ends sharing for good", async () => {
  opens("on", SIGNED);
  await plays();
  for (const sequence of [0, 1]) {
    sharing.update("main", RENDITION, segments(2));
    const trailer = new ArrayBuffer(160);
    const data = new ArrayBuffer(20);
    engineTells({ type: "transfer-done", rendition: RENDITION, sequence, data, trailer });
    sharing.mediaBroke();
  }
  expect(engines.map(({ isDestroyed }) => isDestroyed)).toEqual([true]);
  sharing.setMode("leech");
  await plays();
  expect(engines).toHaveLength(1);
});

test("whoever isn't to be met again isn't after rejoining either", async () => {
  opens("on");
  await plays();
  sharing.setMode("leech");
  await plays();
  const [first, second] = engines;
  expect(first?.options.banned).toBeUndefined();
  expect(second?.options.banned).toBe(first?.banned);
});

test("a viewer whose uplink is too weak comes back after five minutes, and measures it anew", async () => {
  opens("on");
  await plays();
  sharing.update("main", RENDITION, segments(1));
  asks(0);
  await settle();
  for (const bitsPerSecond of [40, null, 40]) engineTells({ type: "uplink", bitsPerSecond });
  expect(engines.map(({ isDestroyed }) => isDestroyed)).toEqual([true]);
  sharing.setMode("leech");
  await settle(299);
  media.emit("playing");
  await settle();
  expect(engines).toHaveLength(1);
  await settle(1);
  media.emit("playing");
  await settle();
  expect(engines.map(({ options }) => options.measuresUplinkAnew)).toEqual([false, true]);
});

test("a peer that only wastes this viewer's time is banned", async () => {
  opens("on", SIGNED);
  await plays();
  const [bob = ""] = bobs;
  sharing.update("main", RENDITION, segments(6));
  engineTells({ type: "peer-connected", stream: "main", peerId: bob });
  hearsOf([bob], [4, 5]);
  const urls = [4, 5].map((sequence) => segmentAt(sequence).url);
  for (const url of urls) engineTells({ type: "transfer-started", url, peerId: bob });
  await settle(4);
  for (const url of urls) engineTells({ type: "transfer-lost", url });
  expect(engines[0]?.calls).toContain(`ban ${bob}`);
});

test("with a ticket, segments are fetched by it, and the engine is told how its swarms are named", async () => {
  const tickets = await ticketsFor("https://cdn.test");
  opens("on", { tickets, trackers: ["wss://cdn.test/tracker"] });
  sharing.update("main", RENDITION, segments(3));
  asks(1);
  await settle();
  expect(cdn.asked).toContain("https://cdn.test/t/a-ticket/v0/1.m4s?signed");
  await plays();
  const { options } = engines[0] as StubbedEngine;
  expect(options).toMatchObject({ swarm: "a-swarm-01", viewer: expect.stringMatching(/^a-viewer-1..$/) });
  expect(options.trackerAddress?.("wss://cdn.test/tracker")).toBe("wss://cdn.test/t/a-ticket/tracker");
});

test("when the swarms are renamed, it leaves them and joins anew; after destroy() nobody listens", async () => {
  const tickets = await ticketsFor("https://cdn.test");
  opens("on", { tickets });
  await plays();
  const renames = async (swarm: string) => {
    answerWithTickets({ swarm });
    await vi.advanceTimersByTimeAsync(3600_000);
    await tickets.address(RENDITION);
    await settle();
  };
  await renames("a-swarm-02");
  await plays();
  expect(engines.map(({ isDestroyed, options }) => [isDestroyed, options.swarm])).toEqual([
    [true, "a-swarm-01"],
    [false, "a-swarm-02"],
  ]);
  sharing.destroy();
  await renames("a-swarm-03");
  await plays();
  expect(engines).toHaveLength(2);
});

test("who may not watch any more leaves the swarms, and joins anew once it may", async () => {
  const tickets = await ticketsFor("https://cdn.test");
  opens("on", { tickets });
  await plays();
  const answers = async (answer: () => void) => {
    answer();
    await vi.advanceTimersByTimeAsync(3600_000);
    await tickets.address(RENDITION);
    await settle();
    await plays();
  };
  const refuse = async () => new Response('{"reason":"link-revoked"}', { status: 401 });
  await answers(() => vi.stubGlobal("fetch", refuse));
  expect(engines.map(({ isDestroyed }) => isDestroyed)).toEqual([true]);
  await answers(answerWithTickets);
  expect(engines.map(({ isDestroyed }) => isDestroyed)).toEqual([true, false]);
});

test("a segment that is refused for its ticket has the next one asked for with another", async () => {
  const tickets = await ticketsFor("https://cdn.test");
  const refused = vi.spyOn(tickets, "refused");
  opens("on", { tickets });
  sharing.update("main", RENDITION, segments(3));
  cdn.answer = () => new Response("", { status: 503 });
  asks(1);
  await settle();
  expect(refused).not.toHaveBeenCalled();
  cdn.answer = () => new Response("", { status: 401 });
  await settle(3);
  expect(refused).toHaveBeenCalled();
});
