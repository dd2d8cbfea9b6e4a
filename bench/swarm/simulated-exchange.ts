/**
 * A model of the engine: it tells peers what a viewer has, takes from them what is missing, and serves them by the
 * shipped rule. What comes from peers shares the viewer's downlink with fetches.
 */

import type { ListedSegment, SchedulerEvent } from "../../web/sharing/scheduler-events.ts";
import type { OwnState } from "../../web/sharing/uploads.ts";
import type { Chance } from "../chance.ts";
import type { EventQueue } from "../event-queue.ts";
import type { AccessLine } from "./access-lines.ts";
import type { Ledger } from "./ledger.ts";
import type { Flow, Link } from "./link.ts";
import { type Announcement, announcementEvents, mayUpload } from "./scheduler-adapter.ts";
import { transferFlow } from "./transfer-flow.ts";
import { Uplink } from "./uplink.ts";

/** The viewer whose exchange it is. */
interface Owner {
  readonly peerId: string;
  /** The playlist's segments that may be taken from peers now, and aren't held. */
  wanted(): readonly ListedSegment[];
  mayTake(sequence: number): boolean;
  state(): OwnState;
  tell(...events: SchedulerEvent[]): void;
  received(sequence: number): void;
}

interface ExchangeOptions {
  queue: EventQueue;
  chance: Chance;
  line: AccessLine;
  downlink: Link;
  /** Of the uplink, what uploads may have. */
  spareOf: (uplinkBitsPerSecond: number) => number;
  segmentBytes: number;
  ledger: Ledger;
  owner: Owner;
}

/** A transfer from a peer, at the side that receives it. */
interface Transfer {
  readonly holder: SimulatedExchange;
  isCancelled: boolean;
  hasBegun: boolean;
}

const NOTHING_HELD: Announcement = { held: new Set(), fetching: [], mayFetch: true };

export class SimulatedExchange {
  readonly #options: ExchangeOptions;
  readonly #uplink: Uplink;
  #announcement = NOTHING_HELD;
  /** The peers, with what each last announced. */
  readonly #peers = new Map<SimulatedExchange, Announcement>();
  readonly #transfers = new Map<number, Transfer>();
  /** Peers that had no room for an upload; they are asked again once they announce anew. */
  readonly #refusers = new Set<SimulatedExchange>();
  #hasRefused = false;
  #isClosed = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { queue, line, spareOf, owner } = options;
    this.#uplink = new Uplink(queue, spareOf(line.uplinkBitsPerSecond), (bitsPerSecond) => {
      owner.tell({ type: "uplink", bitsPerSecond });
      // Whoever was turned away hears that there is room.
      if (this.#hasRefused) this.#announceToAll();
    });
  }

  /** A connection opens; the other side is told by itself. */
  connect(peer: SimulatedExchange): void {
    this.#peers.set(peer, NOTHING_HELD);
    this.#options.owner.tell({ type: "peer-connected", stream: "main", peerId: peer.peerId });
    this.#announceTo(peer);
  }

  /** Closes all connections: peers notice at once. */
  close(): void {
    this.#isClosed = true;
    for (const transfer of this.#transfers.values()) transfer.isCancelled = true;
    for (const peer of this.#peers.keys()) peer.#disconnect(this);
  }

  get peerId(): string {
    return this.#options.owner.peerId;
  }

  announce(announcement: Announcement): void {
    this.#announcement = announcement;
    this.#announceToAll();
    this.#options.queue.after(0, () => this.#endUnwanted());
  }

  /** The segment is held: a transfer of it is needed no longer. */
  hold(sequence: number): void {
    const transfer = this.#transfers.get(sequence);
    if (transfer) transfer.isCancelled = true;
    this.#transfers.delete(sequence);
  }

  /** Takes what is missing from whoever holds it, one segment at a time from each, as the core does. */
  take(): void {
    if (this.#isClosed) return;
    const { chance, owner } = this.#options;
    for (const { sequence } of owner.wanted()) {
      if (this.#transfers.has(sequence)) continue;
      const busy = new Set([...this.#transfers.values()].map(({ holder }) => holder));
      const holders = [...this.#peers].flatMap(([peer, { held }]) =>
        held.has(sequence) && !busy.has(peer) && !this.#refusers.has(peer) ? [peer] : [],
      );
      if (holders.length > 0 && owner.mayTake(sequence)) this.#takeFrom(chance.pick(holders), sequence);
    }
  }

  /** A peer asks for a segment; tells whether it is sent. */
  #serves(upload: Flow): boolean {
    if (this.#isClosed) return false;
    const { owner, ledger, segmentBytes } = this.#options;
    if (!mayUpload(this.#uplink.load(), owner.state(), segmentBytes)) {
      this.#hasRefused = true;
      return false;
    }
    const onChunk = (bytes: number, isLast: boolean) => {
      ledger.add("sentBytes", bytes);
      upload.onChunk(bytes, isLast);
    };
    this.#uplink.send(
      { ...upload, isCancelled: () => this.#isClosed || upload.isCancelled(), onChunk },
      segmentBytes,
    );
    return true;
  }

  #announceToAll(): void {
    this.#hasRefused = false;
    for (const peer of this.#peers.keys()) this.#announceTo(peer);
  }

  #announceTo(peer: SimulatedExchange): void {
    const announcement = this.#announcement;
    this.#options.queue.after(this.#secondsTo(peer), () => peer.#hears(this, announcement));
  }

  #hears(peer: SimulatedExchange, announcement: Announcement): void {
    if (!this.#peers.has(peer)) return;
    this.#peers.set(peer, announcement);
    this.#refusers.delete(peer);
    this.#options.owner.tell(...announcementEvents(peer.peerId, announcement));
    this.take();
  }

  #disconnect(peer: SimulatedExchange): void {
    this.#peers.delete(peer);
    this.#options.owner.tell({ type: "peer-closed", stream: "main", peerId: peer.peerId });
    for (const [sequence, transfer] of [...this.#transfers]) {
      if (transfer.holder === peer) this.#lose(sequence, transfer);
    }
  }

  /** One way: half of each line's round trip. */
  #secondsTo(peer: SimulatedExchange): number {
    return (this.#options.line.roundTripSeconds + peer.#options.line.roundTripSeconds) / 2;
  }

  #takeFrom(holder: SimulatedExchange, sequence: number): void {
    const { queue, downlink, owner, segmentBytes } = this.#options;
    const linkSeconds = this.#secondsTo(holder);
    const transfer: Transfer = { holder, isCancelled: false, hasBegun: false };
    this.#transfers.set(sequence, transfer);
    owner.tell({ type: "transfer-started", url: String(sequence), peerId: holder.peerId });
    const upload = transferFlow({
      queue,
      downlink,
      linkSeconds,
      bytes: segmentBytes,
      isCancelled: () => transfer.isCancelled,
      onChunk: (bytes, isLast) => this.#receive(sequence, transfer, bytes, isLast),
      onRoom: () => holder.#uplink.resume(),
    });
    queue.after(linkSeconds, () => {
      if (!holder.#serves(upload)) queue.after(linkSeconds, () => this.#turnedAway(sequence, transfer));
    });
  }

  #receive(sequence: number, transfer: Transfer, bytes: number, isLast: boolean): void {
    const { ledger, owner, segmentBytes } = this.#options;
    if (!this.#isClosed) ledger.add("peerBytes", bytes);
    if (transfer.isCancelled) return;
    if (!transfer.hasBegun)
      owner.tell({ type: "transfer-sized", url: String(sequence), bytes: segmentBytes });
    transfer.hasBegun = true;
    owner.tell({ type: "transfer-progress", peerId: transfer.holder.peerId, bytes });
    if (!isLast) return;
    owner.received(sequence);
    this.take();
  }

  #turnedAway(sequence: number, transfer: Transfer): void {
    if (transfer.isCancelled) return;
    this.#refusers.add(transfer.holder);
    this.#lose(sequence, transfer);
    this.take();
  }

  /** Ends transfers of what is to come from the CDN now, as the core does after an announcement. */
  #endUnwanted(): void {
    for (const [sequence, transfer] of [...this.#transfers]) {
      if (!this.#options.owner.mayTake(sequence)) this.#lose(sequence, transfer);
    }
  }

  #lose(sequence: number, transfer: Transfer): void {
    transfer.isCancelled = true;
    this.#transfers.delete(sequence);
    this.#options.owner.tell({ type: "transfer-lost", url: String(sequence) });
  }
}
