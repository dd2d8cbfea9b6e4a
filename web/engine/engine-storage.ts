/**
 * Presents the segment store to the core as its storage, from which it announces and uploads segments. A segment that
 * isn't wanted from peers counts as stored, so that the core leaves it alone, or breaks off its transfer. A peer that
 * requests a segment while the uplink is busy is told that it is absent, so that it asks another peer; the segment is
 * announced again once the uplink has room.
 */

import type { StreamKind } from "../sharing/peer-id.ts";
import type { PeerEvent } from "../sharing/scheduler-events.ts";
import type { SegmentStore } from "../sharing/segment-store.ts";
import { mayServe, mayServeOneMore, type OwnState } from "../sharing/uploads.ts";
import { type Duty, listOf } from "./announcement.ts";
import { trailerAtEnd } from "./trailer.ts";
import type { Uplink } from "./uplink.ts";

/** Whether a segment of a rendition is to be taken from peers now. */
export type Wants = (rendition: string, sequence: number) => boolean;

/** A rendition and its kind, looked up by the core's name for it. */
interface Named {
  kind: StreamKind;
  rendition: string;
}

export interface EngineStorageOptions {
  store: SegmentStore;
  /** Whether segments have trailers. */
  isSigned: boolean;
  wants: Wants;
  uplink: Pick<Uplink, "load" | "expect">;
  /** Asked for each request of a peer: a viewer whose buffer is low serves fewer. */
  ownState: () => OwnState;
  /** Receives whole segments from peers, whose signatures have been checked. */
  onEvent: (event: Extract<PeerEvent, { type: "transfer-done" }>) => void;
}

export class EngineStorage {
  readonly #store: SegmentStore;
  readonly #wants: Wants;
  readonly #isSigned: boolean;
  readonly #ownState: () => OwnState;
  readonly #onEvent: EngineStorageOptions["onEvent"];
  readonly #uplink: EngineStorageOptions["uplink"];
  // The core names a rendition by swarm, type and traits, Shoal by its playlist's address.
  readonly #byIndex = new Map<string, Named>();
  readonly #coreIds = new Map<string, string>();
  readonly #duties = new Map<string, Duty>();
  /** What was announced last of each rendition. */
  readonly #announced = new Map<string, string>();
  /** Renditions of which a peer was refused a segment. Such a peer asks again after the next announcement. */
  readonly #refused = new Set<string>();
  #ownRead: string | null = null;
  #isOwnReadDue = false;
  #announceToPeers: (coreId: string) => void = () => {};

  constructor({ store, isSigned, wants, uplink, ownState, onEvent }: EngineStorageOptions) {
    this.#store = store;
    this.#isSigned = isSigned;
    this.#wants = wants;
    this.#uplink = uplink;
    this.#ownState = ownState;
    this.#onEvent = onEvent;
  }

  /** Adds a rendition. `index` is the core's hash of its traits. */
  name(kind: StreamKind, index: string, rendition: string): void {
    this.#byIndex.set(`${kind}-${index}`, { kind, rendition });
  }

  /**
   * Tells peers which segments of a rendition are stored and which are being fetched. Peers that connect later are told
   * the same. Nothing is sent if nothing has changed for any peer.
   */
  announce(rendition: string, duty: Duty): void {
    this.#duties.set(rendition, duty);
    const coreId = this.#coreIds.get(rendition);
    if (coreId === undefined) return;
    const { held, fetching } = this.#toPeers(rendition);
    const announcement = `${held} ${fetching}`;
    const hasChanged = this.#announced.get(rendition) !== announcement;
    if (!hasChanged && !this.#refused.has(rendition)) return;
    this.#announced.set(rendition, announcement);
    this.#refused.delete(rendition);
    this.#announceToPeers(coreId);
  }

  /** An upload ended: peers that were refused may ask again. */
  announceRefused(): void {
    for (const rendition of [...this.#refused]) this.announce(rendition, this.#dutyOf(rendition));
  }

  /** The core's storage interface. The first argument is always the channel, as the swarm's name. */
  readonly forCore = {
    initialize: async () => {},
    destroy: () => {},
    onPlaybackUpdated: () => {},
    onSegmentRequested: (_swarm: string, coreId: string, sequence: number) => {
      // The core then reads the segment in the same task, before any request of a peer.
      this.#ownRead = `${coreId} ${sequence}`;
      this.#isOwnReadDue = true;
      queueMicrotask(() => {
        this.#ownRead = null;
      });
    },
    getUsage: () => ({ totalCapacity: 1, usedCapacity: 0 }),
    hasSegment: (_swarm: string, coreId: string, sequence: number) => {
      const { rendition } = this.#named(coreId);
      // For the player the core looks for data, right after onSegmentRequested(). Otherwise it looks for what to take.
      const isOwnRead = this.#isOwnReadDue;
      this.#isOwnReadDue = false;
      return this.#store.has(rendition, sequence) || !(isOwnRead || this.#wants(rendition, sequence));
    },
    getStoredSegmentIds: (_swarm: string, coreId: string) =>
      this.#toPeers(this.#named(coreId).rendition).held,
    getFetchingSegmentIds: (_swarm: string, coreId: string) =>
      this.#toPeers(this.#named(coreId).rendition).fetching,
    getSegmentData: async (_swarm: string, coreId: string, sequence: number) =>
      this.#ownRead === `${coreId} ${sequence}`
        ? this.#store.get(this.#named(coreId).rendition, sequence)?.data
        : this.#forPeer(this.#named(coreId), sequence),
    storeSegment: async (_swarm: string, coreId: string, sequence: number, received: ArrayBuffer) => {
      const { rendition } = this.#named(coreId);
      const signed = this.#isSigned ? trailerAtEnd(new Uint8Array(received)) : null;
      const end = received.byteLength - (signed?.bytes.length ?? 0);
      const [data, trailer] = [received.slice(0, end), received.slice(end)];
      this.#onEvent({ type: "transfer-done", rendition, sequence, data, trailer });
    },
    setSegmentChangeCallback: (callback: (coreId: string) => void) => {
      this.#announceToPeers = callback;
    },
  };

  /** What peers are told. Nothing, where they are sent no segments of the size that the newest one has. */
  #toPeers(rendition: string): { held: number[]; fetching: number[] } {
    const held = this.#store.sequences(rendition);
    const bytes = this.#store.get(rendition, held.at(-1) ?? 0)?.data.byteLength ?? 0;
    const serves = mayServe({ ...this.#uplink.load, ...this.#ownState(), bytes });
    return serves
      ? { held, fetching: listOf(this.#dutyOf(rendition)) }
      : { held: [], fetching: listOf({ fetching: [], mayFetch: false }) };
  }

  #dutyOf(rendition: string): Duty {
    return this.#duties.get(rendition) ?? { fetching: [], mayFetch: true };
  }

  #forPeer({ rendition }: Named, sequence: number): ArrayBuffer | undefined {
    const segment = this.#store.get(rendition, sequence);
    if (!segment?.trailer) return undefined;
    const bytes = segment.data.byteLength + segment.trailer.byteLength;
    if (!mayServeOneMore({ ...this.#uplink.load, ...this.#ownState(), bytes })) {
      this.#refused.add(rendition);
      return undefined;
    }
    this.#uplink.expect(bytes);
    const sent = new Uint8Array(bytes);
    sent.set(new Uint8Array(segment.data));
    sent.set(new Uint8Array(segment.trailer), segment.data.byteLength);
    return sent.buffer;
  }

  /** The core's ids end in the stream's type and index (contract.test.ts). */
  #named(coreId: string): Named {
    const index = /(?:main|secondary)-[^-]+$/.exec(coreId)?.[0] ?? "";
    const named = this.#byIndex.get(index);
    if (!named) throw new Error(`The engine names a rendition that it was never told of: ${coreId}`);
    this.#coreIds.set(named.rendition, coreId);
    return named;
  }
}
