/** A viewer for tests that run the real engine: the store beside it, as web/playback/shell/ keeps it. */

import { vi } from "vitest";
import type { Duty } from "../../web/engine/announcement.ts";
import { Engine, type EngineEvent, type EngineOptions } from "../../web/engine/engine.ts";
import type { SignatureSource } from "../../web/engine/signatures.ts";
import type { UplinkMemory } from "../../web/engine/uplink-memory.ts";
import { BannedPeers } from "../../web/sharing/banned-peers.ts";
import { peerIdOf, viewerNameFrom } from "../../web/sharing/peer-id.ts";
import { SegmentStore } from "../../web/sharing/segment-store.ts";

export const LOW = "https://cdn.test/low/index.m3u8";
export const HIGH = "https://cdn.test/high/index.m3u8";
export const AUDIO = "https://cdn.test/audio/index.m3u8";
const TRAITS = { bitrate: 800_000, codecs: "avc1.64001f", width: 640, height: 360, frameRate: "30.000" };

/** Fast enough for these tests, and what there is to send may be sent at once. */
const FAST_UPLINK = 100_000_000;

export interface Wish {
  /** In place of one that is made from the seed. */
  name?: string;
  shares?: boolean;
  peerWindowSeconds?: number;
  /** The viewer's own address of the rendition, such as a signed one. */
  address?: string;
  uplink?: number | null;
  measuresUplinkAnew?: boolean;
  signatures?: SignatureSource | null;
  /** What the swarms are named by, and how the tracker is addressed. */
  ticket?: Pick<EngineOptions, "swarm" | "trackerAddress">;
  /** How many viewers it takes before it meets others. */
  least?: number;
}

export class Viewer {
  readonly name: string;
  readonly low: string;
  readonly events: EngineEvent[] = [];
  readonly store = new SegmentStore();
  readonly banned = new BannedPeers();
  readonly engine: Engine;
  rememberedUplink: number | null;
  readonly uplinkMemory: UplinkMemory = {
    known: () => this.rememberedUplink,
    keep: (bitsPerSecond) => {
      this.rememberedUplink = bitsPerSecond;
    },
    forget: () => {
      this.rememberedUplink = null;
    },
  };
  /** While its guard pauses sharing, a viewer serves nobody. */
  isServing = true;
  /** Segments that aren't to be taken from peers. */
  readonly unwanted = new Set<number>();

  constructor(
    seed: number,
    {
      name = viewerNameFrom(new Uint8Array(12).fill(seed)),
      shares = true,
      peerWindowSeconds = 12,
      address = LOW,
      uplink = FAST_UPLINK,
      measuresUplinkAnew = false,
      signatures = null,
      ticket = {},
      least = 0,
    }: Wish = {},
  ) {
    this.name = name;
    this.low = address;
    this.rememberedUplink = uplink;
    this.engine = new Engine({
      channel: "main-stage",
      trackers: ["wss://tracker.test/tracker"],
      stunServers: ["stun:stun.test:3478"],
      viewer: this.name,
      ...ticket,
      shares,
      peerWindowSeconds,
      store: this.store,
      banned: this.banned,
      mayMeet: (viewers) => viewers >= least,
      signatures,
      wants: (_rendition, sequence) => !this.unwanted.has(sequence),
      ownState: () => ({ isPaused: !this.isServing, bufferSeconds: 8, segmentSeconds: 2 }),
      measuresUplinkAnew,
      uplinkMemory: this.uplinkMemory,
      onEvent: (event) => this.#take(event),
    });
    this.engine.addRendition("main", this.low, TRAITS);
    this.engine.addRendition("main", HIGH, { ...TRAITS, bitrate: 2_500_000, width: 1280, height: 720 });
    this.engine.addRendition("secondary", AUDIO, { language: "en", codecs: "mp4a.40.2" });
    for (const rendition of [this.low, HIGH, AUDIO]) this.lists(rendition, 1, 10);
    viewers.push(this);
  }

  #take(event: EngineEvent): void {
    this.events.push(event);
    if (event.type !== "transfer-done") return;
    const { rendition, sequence, data, trailer } = event;
    this.store.put(rendition, sequence, { data, source: "peers", trailer });
    this.announces({}, event.rendition);
  }

  peerId(stream: "main" | "secondary" = "main", shares = true): string {
    return peerIdOf(this.name, stream, shares);
  }

  lists(rendition: string, first: number, count: number): void {
    const sequences = Array.from({ length: count }, (_, index) => first + index);
    const segments = sequences.map((sequence) => ({
      url: segmentUrl(rendition, sequence),
      sequence,
      startSeconds: sequence * 2,
      endSeconds: sequence * 2 + 2,
    }));
    this.engine.updateSegments(rendition, segments);
  }

  plays(sequence = 1, rendition = this.low): void {
    this.engine.playerAt(rendition, segmentUrl(rendition, sequence));
  }

  /** Holds segments that came from the CDN. */
  holds(...sequences: number[]): void {
    for (const sequence of sequences) this.stores(sequence);
    this.announces();
  }

  stores(sequence: number, trailer: ArrayBuffer | null = new ArrayBuffer(0)): void {
    this.store.put(this.low, sequence, { data: bytesOf(sequence), source: "cdn", trailer });
  }

  announces(duty: Partial<Duty> = {}, rendition = this.low): void {
    this.engine.announce(rendition, { fetching: [], mayFetch: true, ...duty });
  }

  told<Type extends EngineEvent["type"]>(type: Type): Extract<EngineEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type);
  }

  /** What was told of connections and transfers. */
  get story(): EngineEvent[] {
    return this.events.filter(({ type }) => /^(peer-connected|peer-closed|transfer-.*)$/.test(type));
  }

  /** The sequence numbers of whole segments from peers. */
  get received(): number[] {
    return this.told("transfer-done").map(({ sequence }) => sequence);
  }

  /** How often a transfer of this segment began. */
  transfersOf(sequence: number): number {
    const url = segmentUrl(this.low, sequence);
    return this.told("transfer-started").filter((started) => started.url === url).length;
  }
}

export const segmentUrl = (rendition: string, sequence: number) => new URL(`${sequence}.m4s`, rendition).href;
export const bytesOf = (sequence: number) => new Uint8Array(100_000).fill(sequence).buffer;
export const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

let viewers: Viewer[] = [];

/** Ends the engines of all viewers, and waits until nothing of them is left. */
export async function everybodyLeaves(): Promise<void> {
  for (const { engine } of viewers) engine.destroy();
  viewers = [];
  await pass(60);
}

/** Two viewers of one rendition, connected with each other. */
export async function pair(wishes: Wish = {}): Promise<[Viewer, Viewer]> {
  const [ann, bob] = [new Viewer(1), new Viewer(2, wishes)];
  ann.plays();
  bob.plays();
  await pass(1);
  return [ann, bob];
}

const realTimeout = setTimeout;

/** Lets time pass in which signatures are checked: WebCrypto works in the time of the real clock. */
export async function passChecking(seconds: number): Promise<void> {
  for (let step = 0; step < 20; step += 1) {
    await pass(seconds / 20);
    await new Promise((resolve) => realTimeout(resolve, 10));
  }
}
