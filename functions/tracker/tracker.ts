// The tracker: hears what clients say, asks the swarms, lets the decisions fall and carries them out.
import { decideAnnounce, type Post } from "./announcing.ts";
import type { Connections, Delivery } from "./connections.ts";
import type { Figures } from "./figures.ts";
import type { LoadControl } from "./load.ts";
import {
  type Announce,
  type Answer,
  type Counts,
  parse,
  type Refusal,
  type Request,
  refusalMessage,
  type Scrape,
} from "./messages.ts";
import { longestIntervalSeconds, refusedIntervalSeconds } from "./pacing.ts";
import { type Connection, type Sample, type Swarms, Throttled } from "./swarms.ts";

/** Seats that one connection may hold: a player has one for each rendition it tried lately, and one for sound. */
export const mostSeats = 32;

/** All that the tracker needs of the world around it. */
export interface World {
  readonly swarms: Swarms;
  readonly connections: Connections;
  readonly load: LoadControl;
  readonly figures: Figures;
  /** Epoch seconds. */
  readonly nowSeconds: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told of what failed and was not the client's fault. */
  readonly onFailure: (what: string, error: unknown) => void;
}

const nobody: Sample = { seats: [], complete: 0, incomplete: 0 };

export class Tracker {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** What a text frame leads to: messages in the order in which they should go out. Never rejects. */
  async receive(connection: Connection, text: string): Promise<readonly Post[]> {
    const { load, figures, nowSeconds } = this.#world;
    const request = parse(text);
    const verdict = load.judge(connection.id, request, Buffer.byteLength(text), nowSeconds());
    if (verdict === "ignore") figures.count("Ignored");
    if (verdict === "ignore") return [];
    if (verdict === "refuse")
      return this.#refuse(request, "TooOften", "this connection asks too much: slow down");
    return request.kind === "refusal" ? this.#tell(request) : this.handle(connection, request);
  }

  /** The same for a request that is parsed and admitted already. */
  async handle(connection: Connection, request: Request): Promise<readonly Post[]> {
    try {
      if (request.kind === "scrape") return await this.#scrape(request);
      if (request.kind === "answer") return await this.#answer(request);
      return request.event === "stopped"
        ? await this.#stop(connection, request)
        : await this.#announce(connection, request);
    } catch (error) {
      this.#failed(`a request (${request.kind}) failed`, error);
      if (request.kind === "answer") return [];
      return this.#refuse(request, "Unavailable", "the tracker is out of order for a moment: announce again");
    }
  }

  /**
   * Sends what goes out: to the sender first, then to all others at once. Who turns out to be gone loses its seats; of
   * a sender that is gone, nobody hears any more.
   */
  async deliver(sender: Connection, posts: readonly Post[]): Promise<void> {
    for (const post of posts) {
      if (post.to === null && (await this.#send(sender, post)) === "gone") return;
    }
    await Promise.all(posts.map((post) => post.to && this.#send(post.to.connection, post)));
  }

  /** The connection is closed: all its seats are free. */
  async leave(connection: Connection): Promise<void> {
    const { swarms, figures, load } = this.#world;
    load.forget(connection.id);
    try {
      figures.count("SeatsLeft", await this.#orElse(0, swarms.leaveAll(connection)));
    } catch (error) {
      this.#failed("seats were not given up", error);
    }
  }

  async #announce(connection: Connection, announce: Announce): Promise<readonly Post[]> {
    const { swarms, figures, random, nowSeconds } = this.#world;
    const { infoHash, peerId, event, offers, numwant } = announce;
    const { lan, net } = connection.place;
    const isOffering = offers.length > 0 && numwant > 0;
    figures.count("Announces");
    const [held, near, network, swarm] = await Promise.all([
      event === "started" ? undefined : this.#orElse(undefined, swarms.find(infoHash, peerId)),
      isOffering ? this.#orElse([], swarms.sampleLan(infoHash, lan, random())) : [],
      isOffering && net !== null ? this.#orElse([], swarms.sampleNet(infoHash, net, random())) : [],
      this.#orElse(nobody, swarms.sampleWorld(infoHash, random())),
    ]);
    const candidates = { lan: near, net: network, world: swarm.seats };
    const situation = { connection, seat: held, swarm, candidates, nowSeconds: nowSeconds(), random };
    const { seat, posts } = decideAnnounce(announce, situation);
    if (seat) {
      const isNew = held?.connection.id !== connection.id;
      const holds = await this.#orElse(null, swarms.take(seat));
      // Answers find their way by the seat: without one, offers would be made in vain.
      if (holds === null && isNew) return posts.slice(0, 1);
      if (holds !== null && holds > mostSeats) return this.#tooMany(connection, announce);
      if (isNew) figures.count("SeatsTaken");
    }
    figures.count("OffersRelayed", posts.length - 1);
    return posts;
  }

  async #tooMany(connection: Connection, announce: Announce): Promise<readonly Post[]> {
    await this.#leaveOne(announce.infoHash, announce.peerId, connection);
    const reason = `one connection may sit in at most ${mostSeats} swarms: stop one, then announce again`;
    return this.#refuse(announce, "TooManySwarms", reason);
  }

  async #answer({ infoHash, peerId, toPeerId, answer, offerId }: Answer): Promise<readonly Post[]> {
    const { swarms, figures } = this.#world;
    figures.count("Answers");
    const to = await this.#orElse(undefined, swarms.find(infoHash, toPeerId));
    if (to === undefined) figures.count("AnswersInVain");
    const message = {
      action: "announce",
      answer,
      offer_id: offerId,
      peer_id: peerId,
      info_hash: infoHash,
    } as const;
    return to ? [{ to, message }] : [];
  }

  async #stop(connection: Connection, { infoHash, peerId }: Announce): Promise<readonly Post[]> {
    const { swarms, random } = this.#world;
    await this.#leaveOne(infoHash, peerId, connection);
    const { complete, incomplete } = await this.#orElse(nobody, swarms.sampleWorld(infoHash, random()));
    const interval = longestIntervalSeconds;
    return [
      { to: null, message: { action: "announce", interval, info_hash: infoHash, complete, incomplete } },
    ];
  }

  /** A seat that a busy store can't free now lapses, or is found out by the first offer to it. */
  async #leaveOne(infoHash: string, peerId: string, connection: Connection): Promise<void> {
    const { swarms, figures } = this.#world;
    if (await this.#orElse(false, swarms.leave(infoHash, peerId, connection))) figures.count("SeatsLeft");
  }

  async #scrape({ infoHashes }: Scrape): Promise<readonly Post[]> {
    const { swarms, figures, random } = this.#world;
    figures.count("Scrapes");
    const files = await Promise.all(
      infoHashes.map(async (infoHash): Promise<[string, Counts]> => {
        const { complete, incomplete } = await this.#orElse(nobody, swarms.sampleWorld(infoHash, random()));
        return [infoHash, { complete, incomplete, downloaded: complete }];
      }),
    );
    return [{ to: null, message: { action: "scrape", files: Object.fromEntries(files) } }];
  }

  /**
   * Refuses by load or outage. An announce also gets a message with nothing but the interval: clients don't read it
   * beside a failure reason, and one that has just reconnected never announces again without it.
   */
  #refuse(request: Request | Refusal, cause: Refusal["cause"], reason: string): readonly Post[] {
    const action = request.kind === "scrape" ? "scrape" : "announce";
    const infoHash = "infoHash" in request ? request.infoHash : null;
    const refused = this.#tell({ kind: "refusal", cause, reason, action, infoHash });
    if (request.kind !== "announce") return refused;
    const interval = refusedIntervalSeconds(cause, this.#world.random);
    return [...refused, { to: null, message: { action, info_hash: request.infoHash, interval } }];
  }

  #tell(refusal: Refusal): readonly Post[] {
    this.#world.figures.count(`Refused${refusal.cause}`);
    return [{ to: null, message: refusalMessage(refusal) }];
  }

  async #send(to: Connection, post: Post): Promise<Delivery> {
    const { connections, figures } = this.#world;
    try {
      const delivery = await connections.send(to.id, post.message);
      if (delivery === "shed") figures.count("MessagesShed");
      if (delivery === "gone") {
        figures.count("GoneConnections");
        await this.leave(to);
        // Its register may lack this seat, if writing it was throttled.
        if (post.to) await this.#leaveOne(post.to.infoHash, post.to.peerId, to);
      }
      return delivery;
    } catch (error) {
      figures.count("MessagesShed");
      this.#failed("a message was not handed over", error);
      return "shed";
    }
  }

  /** What a busy store was asked for, or else what does without: asked this way is only what can wait. */
  async #orElse<Value>(without: Value, asked: Promise<Value>): Promise<Value> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      this.#world.figures.count("RequestsShed");
      return without;
    }
  }

  #failed(what: string, error: unknown): void {
    this.#world.figures.count("Failures");
    this.#world.onFailure(what, error);
  }
}
