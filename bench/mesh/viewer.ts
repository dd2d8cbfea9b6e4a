/** Simulates a viewer's browser: bittorrent-tracker's client and p2p-media-loader's peers, without video. */
import type { Announce, Answer, Offer } from "../../functions/tracker/messages.ts";
import type { Outgoing } from "../../functions/tracker/outgoing.ts";
import type { Connection } from "../../functions/tracker/swarms.ts";
import type { Chance } from "../chance.ts";
import type { EventQueue } from "../event-queue.ts";
import type { Home } from "./audience.ts";

const INFO_HASH = "one swarm for all   ";

/** One way between a viewer and the tracker. */
export const TRANSIT_SECONDS = 0.05;
/** Offers that the client puts into each announce. */
const OFFERS_EACH = 5;
/** The client discards an offer that nobody has answered by then. */
const OFFER_LIFE_SECONDS = 50;
/** The client announces this often until the first reply gives it an interval. */
const INITIAL_INTERVAL_SECONDS = 30;
/** API Gateway closes every connection after two hours. */
const CONNECTION_LIFE_SECONDS = 7200;

const OFFER = { type: "offer", sdp: "" } as const;
const ANSWER = { type: "answer", sdp: "" } as const;

/** The simulation as a viewer sees it. */
export interface Surroundings {
  readonly queue: EventQueue;
  readonly chance: Chance;
  readonly nowSeconds: number;
  /** A viewer's connection to the tracker is open. */
  opened(connection: Connection, viewer: Viewer): void;
  /** The tracker gets a message. */
  receive(connection: Connection, request: Announce | Answer): Promise<void>;
  /** Cuts a viewer's connection. */
  cut(viewer: Viewer): Promise<void>;
  /** The viewer sets up a data channel with another, whose description it has. */
  join(viewer: Viewer, peerId: string): void;
}

export class Viewer {
  readonly peerId: string;
  readonly home: Home;
  readonly arrivedAt: number;
  readonly neighbours: Viewer[] = [];
  hasLeft = false;
  /** Seconds from arrival to the third neighbour. */
  thirdNeighbourAfter: number | null = null;
  #connection: Connection | null = null;
  #connections = 0;
  #connectedAt = 0;
  /** Goes up by one whenever the timer of the next announce is set again. */
  #timer = 0;
  readonly #around: Surroundings;

  constructor(around: Surroundings, peerId: string, home: Home) {
    this.#around = around;
    this.peerId = peerId;
    this.home = home;
    this.arrivedAt = around.nowSeconds;
  }

  get isConnected(): boolean {
    return this.#connection !== null;
  }

  /** Opens the socket and announces; with `started` only the first time, as the client does. */
  connect(): void {
    const { chance, queue } = this.#around;
    const isFirst = this.#connections === 0;
    queue.after(chance.between(0.2, 0.6), async () => {
      if (this.hasLeft) return;
      const connection = { id: `${this.peerId}/${this.#connections++}`, locality: this.home.locality };
      this.#connection = connection;
      this.#connectedAt = this.#around.nowSeconds;
      this.#around.opened(connection, this);
      queue.after(CONNECTION_LIFE_SECONDS, async () => {
        if (this.#connection === connection && !this.hasLeft) await this.#around.cut(this);
      });
      this.#announceIn(INITIAL_INTERVAL_SECONDS);
      await this.#announce(isFirst ? "started" : null);
    });
  }

  /** The socket was cut; the client comes back 10 to 310 seconds later. Open data channels stay. */
  cut(): Connection | null {
    const cut = this.#connection;
    if (cut === null) return null;
    this.#connection = null;
    this.#timer++;
    this.#around.queue.after(this.#around.chance.between(10, 310), () => this.connect());
    return cut;
  }

  /** Ends everything; returns the connection that was open. */
  leave(): Connection | null {
    const open = this.#connection;
    this.hasLeft = true;
    this.#connection = null;
    return open;
  }

  /** A message from the tracker. */
  receive(message: Outgoing): void {
    if ("interval" in message) this.#announceIn(message.interval);
    if ("offer" in message) this.#receiveOffer(message.offer_id, message.peer_id);
    if ("answer" in message) this.#receiveAnswer(message.offer_id, message.peer_id);
  }

  addNeighbour(other: Viewer): void {
    this.neighbours.push(other);
    if (this.neighbours.length === 3 && this.thirdNeighbourAfter === null) {
      this.thirdNeighbourAfter = this.#around.nowSeconds - this.arrivedAt;
    }
  }

  loseNeighbour(other: Viewer): void {
    const index = this.neighbours.indexOf(other);
    const last = this.neighbours.pop();
    if (last && index >= 0 && index < this.neighbours.length) this.neighbours[index] = last;
  }

  #announceIn(seconds: number): void {
    const timer = ++this.#timer;
    this.#around.queue.after(seconds, async () => {
      if (timer !== this.#timer || !this.isConnected || this.hasLeft) return;
      this.#announceIn(seconds);
      await this.#announce(null);
    });
  }

  /** Sends offers after a moment, since the client gathers all candidates first. */
  async #announce(event: "started" | null): Promise<void> {
    const { chance, queue, nowSeconds } = this.#around;
    const offers = Array.from(
      { length: OFFERS_EACH },
      (_, index): Offer => ({ offer: OFFER, offerId: `${nowSeconds}/${index}` }),
    );
    const connection = this.#connection;
    queue.after(chance.between(0.2, 0.6) + TRANSIT_SECONDS, async () => {
      if (connection === null || connection !== this.#connection) return;
      const { peerId } = this;
      const isSeeder = false;
      const announce = { infoHash: INFO_HASH, peerId, event, isSeeder, numwant: OFFERS_EACH, offers };
      await this.#around.receive(connection, { kind: "announce", ...announce });
    });
  }

  /** The client answers everyone that it isn't connected with already, however many neighbours it has. */
  #receiveOffer(offerId: string, from: string): void {
    if (this.neighbours.some((neighbour) => neighbour.peerId === from)) return;
    const { chance, queue } = this.#around;
    const connection = this.#connection;
    queue.after(chance.between(0.2, 0.6) + TRANSIT_SECONDS, async () => {
      if (connection === null || connection !== this.#connection) return;
      const { peerId } = this;
      await this.#around.receive(connection, {
        kind: "answer",
        infoHash: INFO_HASH,
        peerId,
        toPeerId: from,
        answer: ANSWER,
        offerId,
      });
    });
  }

  /** Ignores an answer to an offer that has lapsed or was made before the socket was cut. */
  #receiveAnswer(offerId: string, from: string): void {
    const { nowSeconds } = this.#around;
    const [madeAt] = offerId.split("/");
    if (Number(madeAt) + OFFER_LIFE_SECONDS < nowSeconds || Number(madeAt) < this.#connectedAt) return;
    this.#around.join(this, from);
  }
}
