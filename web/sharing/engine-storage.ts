/**
 * The segment store as the engine's core sees it: what is announced to peers and what they are sent. A peer
 * that asks while the uplink is full is told that the segment is absent, so that it asks another holder, and
 * hears of it anew as soon as there is room.
 */

import type { StreamKind } from "./peer-id.ts";
import type { SegmentStore } from "./segment-store.ts";
import { UploadDesk, type UploadLoad } from "./uploads.ts";

export type MayServe = (load: Pick<UploadLoad, "active" | "backlogBytes" | "uplinkBitsPerSecond">) => boolean;

/** One rendition by both its names, the core's and ours. */
interface Named {
  kind: StreamKind;
  rendition: string;
}

const now = () => performance.now() / 1000;

export class EngineStorage {
  readonly #store: SegmentStore;
  readonly #mayServe: MayServe;
  readonly #desk = new UploadDesk();
  // The core names a rendition by its swarm, type and traits, we by its playlist's address.
  readonly #byIndex = new Map<string, Named>();
  readonly #coreIds = new Map<string, string>();
  readonly #refused = new Set<string>();
  #ownRead: string | null = null;
  #announceToPeers: (coreId: string) => void = () => {};

  constructor(store: SegmentStore, mayServe: MayServe) {
    this.#store = store;
    this.#mayServe = mayServe;
  }

  get uplinkBitsPerSecond(): number | null {
    return this.#desk.uplinkBitsPerSecond;
  }

  name(kind: StreamKind, index: string, rendition: string): void {
    this.#byIndex.set(`${kind}-${index}`, { kind, rendition });
  }

  /** Tells peers what is held of a rendition. */
  announce(rendition: string): void {
    const coreId = this.#coreIds.get(rendition);
    if (coreId !== undefined) this.#announceToPeers(coreId);
  }

  /** A chunk went to a peer; who was turned away hears when there is room. */
  sent(kind: StreamKind, peerId: string, bytes: number): void {
    if (!this.#desk.sent(kind, peerId, bytes, now())) return;
    const refused = [...this.#refused];
    this.#refused.clear();
    for (const rendition of refused) this.announce(rendition);
  }

  /** What the core asks of a storage; the first argument of each is the swarm's name, always the channel. */
  readonly forCore = {
    initialize: async () => {},
    destroy: () => {},
    onPlaybackUpdated: () => {},
    onSegmentRequested: (_swarm: string, coreId: string, sequence: number) => {
      // The core reads for its own player at once, before any peer's request can come in between.
      this.#ownRead = `${coreId} ${sequence}`;
      queueMicrotask(() => {
        this.#ownRead = null;
      });
    },
    getUsage: () => ({ totalCapacity: 1, usedCapacity: 0 }),
    hasSegment: (_swarm: string, coreId: string, sequence: number) =>
      this.#store.has(this.#named(coreId).rendition, sequence),
    getStoredSegmentIds: (_swarm: string, coreId: string) =>
      this.#store.sequences(this.#named(coreId).rendition),
    getSegmentData: async (_swarm: string, coreId: string, sequence: number) =>
      this.#ownRead === `${coreId} ${sequence}`
        ? this.#store.get(this.#named(coreId).rendition, sequence)
        : this.#forPeer(this.#named(coreId), sequence),
    storeSegment: async (_swarm: string, coreId: string, sequence: number, data: ArrayBuffer) =>
      this.#store.put(this.#named(coreId).rendition, sequence, data, "peers"),
    setSegmentChangeCallback: (callback: (coreId: string) => void) => {
      this.#announceToPeers = callback;
    },
  };

  #forPeer({ kind, rendition }: Named, sequence: number): ArrayBuffer | undefined {
    const data = this.#store.get(rendition, sequence);
    if (!data) return undefined;
    if (!this.#mayServe(this.#desk.load(now()))) {
      this.#refused.add(rendition);
      return undefined;
    }
    this.#desk.begin(kind, data.byteLength, now());
    return data;
  }

  /** The core's ids end in the stream's type and index; the part before is its own business. */
  #named(coreId: string): Named {
    const index = /(?:main|secondary)-[^-]+$/.exec(coreId)?.[0] ?? "";
    const named = this.#byIndex.get(index);
    if (!named) throw new Error(`The engine speaks of a rendition that nobody told it of: ${coreId}`);
    this.#coreIds.set(named.rendition, coreId);
    return named;
  }
}
