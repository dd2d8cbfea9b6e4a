// A viewer as its browser behaves: bittorrent-tracker's client and p2p-media-loader's peers, without the video.
import type { Announce, Answer, Message, Offer } from "../../functions/tracker/messages.ts";
import type { Connection } from "../../functions/tracker/swarms.ts";
import type { Home } from "./audience.ts";
import type { Chance } from "./chance.ts";
import type { Timeline } from "./timeline.ts";

const infoHash = "one swarm for all   ";

/** One way between a viewer and the tracker. */
export const transitSeconds = 0.05;
/** What the client puts into each announce. */
const offersEach = 5;
/** An offer that nobody answered by then is thrown away. */
const offerLifeSeconds = 50;
/** Until the first reply tells it better, the client announces this often. */
const ownIntervalSeconds = 30;
/** API Gateway closes every connection after two hours. */
const lineLifeSeconds = 7200;

const offer = { type: "offer", sdp: "" } as const;
const answer = { type: "answer", sdp: "" } as const;

/** What a viewer needs of the world around it. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly nowSeconds: number;
  /** A viewer's line to the tracker is open. */
  opened(connection: Connection, viewer: Viewer): void;
  /** The tracker gets a message. */
  receive(connection: Connection, request: Announce | Answer): Promise<void>;
  /** Cuts a viewer's line. */
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
  /** Counts up whenever the timer of the next announce is set anew. */
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
    const { chance, timeline } = this.#around;
    const isFirst = this.#connections === 0;
    timeline.in(chance.between(0.2, 0.6), async () => {
      if (this.hasLeft) return;
      const connection = { id: `${this.peerId}/${this.#connections++}`, place: this.home.place };
      this.#connection = connection;
      this.#connectedAt = this.#around.nowSeconds;
      this.#around.opened(connection, this);
      timeline.in(lineLifeSeconds, async () => {
        if (this.#connection === connection && !this.hasLeft) await this.#around.cut(this);
      });
      this.#announceIn(ownIntervalSeconds);
      await this.#announce(isFirst ? "started" : null);
    });
  }

  /** The socket was cut; the client comes back 10 to 310 seconds later. Open data channels stay. */
  cut(): Connection | null {
    const cut = this.#connection;
    if (cut === null) return null;
    this.#connection = null;
    this.#timer++;
    this.#around.timeline.in(this.#around.chance.between(10, 310), () => this.connect());
    return cut;
  }

  /** Ends all; returns the connection that was open. */
  leave(): Connection | null {
    const open = this.#connection;
    this.hasLeft = true;
    this.#connection = null;
    return open;
  }

  /** A message from the tracker. */
  receive(message: Message): void {
    const { offer_id, peer_id } = message;
    if (message.interval !== undefined) this.#announceIn(message.interval);
    if (offer_id === undefined || peer_id === undefined) return;
    if (message.offer) this.#receiveOffer(offer_id, peer_id);
    if (message.answer) this.#receiveAnswer(offer_id, peer_id);
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
    this.#around.timeline.in(seconds, async () => {
      if (timer !== this.#timer || !this.isConnected || this.hasLeft) return;
      this.#announceIn(seconds);
      await this.#announce(null);
    });
  }

  /** Making the offers takes a moment, since all candidates are gathered first; then it sends them. */
  async #announce(event: "started" | null): Promise<void> {
    const { chance, timeline, nowSeconds } = this.#around;
    const offers = Array.from(
      { length: offersEach },
      (_, index): Offer => ({ offer, offerId: `${nowSeconds}/${index}` }),
    );
    const connection = this.#connection;
    timeline.in(chance.between(0.2, 0.6) + transitSeconds, async () => {
      if (connection === null || connection !== this.#connection) return;
      const { peerId } = this;
      const isSeeder = false;
      const announce = { infoHash, peerId, event, isSeeder, numwant: offersEach, offers };
      await this.#around.receive(connection, { kind: "announce", ...announce });
    });
  }

  /** The client answers whomever it isn't connected with already, however many neighbours it has. */
  #receiveOffer(offerId: string, from: string): void {
    if (this.neighbours.some((neighbour) => neighbour.peerId === from)) return;
    const { chance, timeline } = this.#around;
    const connection = this.#connection;
    timeline.in(chance.between(0.2, 0.6) + transitSeconds, async () => {
      if (connection === null || connection !== this.#connection) return;
      const { peerId } = this;
      await this.#around.receive(connection, {
        kind: "answer",
        infoHash,
        peerId,
        toPeerId: from,
        answer,
        offerId,
      });
    });
  }

  /** An answer to an offer that has lapsed, or that was made before the socket was cut, is ignored. */
  #receiveAnswer(offerId: string, from: string): void {
    const { nowSeconds } = this.#around;
    const [madeAt] = offerId.split("/");
    if (Number(madeAt) + offerLifeSeconds < nowSeconds || Number(madeAt) < this.#connectedAt) return;
    this.#around.join(this, from);
  }
}
