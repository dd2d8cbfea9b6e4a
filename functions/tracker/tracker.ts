// The tracker: takes what a client sends, keeps its seats, and says what goes to whom. Time, chance and the world come in.
import type { Connections } from "./connections.ts";
import type { Figures } from "./figures.ts";
import { type Candidates, pickReceivers } from "./matchmaking.ts";
import {
  type Announce,
  type Answer,
  type Counts,
  type Message,
  parse,
  type Refusal,
  type Request,
  refusalMessage,
  type Scrape,
} from "./messages.ts";
import {
  intervalSeconds,
  longestIntervalSeconds,
  type Need,
  offersWanted,
  refusedIntervalSeconds,
} from "./pacing.ts";
import {
  type Connection,
  connectionLifeSeconds,
  type Sample,
  type Seat,
  type Sitter,
  type Swarms,
  Throttled,
} from "./swarms.ts";

/** Seats that one connection may hold: a player has one for each rendition it tried, and one for sound. */
export const mostSeats = 32;

/** A message and the seat that it is for; without a seat it is for the sender. */
export interface Post {
  readonly to: Sitter | null;
  readonly message: Message;
}

export interface World {
  readonly swarms: Swarms;
  readonly connections: Connections;
  readonly figures: Pick<Figures, "count">;
  /** Epoch seconds. */
  readonly nowSeconds: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

const nobody: Sample = { seats: [], complete: 0, incomplete: 0 };

export class Tracker {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** What a text frame leads to: messages in the order in which they should go out. Never rejects. */
  async receive(connection: Connection, text: string): Promise<readonly Post[]> {
    const request = parse(text);
    return request.kind === "refusal" ? this.refuse(request) : this.handle(connection, request);
  }

  /** The same for a request that is parsed already. */
  async handle(connection: Connection, request: Request): Promise<readonly Post[]> {
    try {
      if (request.kind === "scrape") return await this.#scrape(request);
      if (request.kind === "answer") return await this.#answer(request);
      return request.event === "stopped"
        ? await this.#stop(connection, request)
        : await this.#announce(connection, request);
    } catch (error) {
      console.error(JSON.stringify({ level: "error", message: "a request failed", cause: String(error) }));
      if (request.kind === "answer") return [];
      const reason =
        "the tracker can't reach its seats at the moment; it will go on working when you announce again";
      const infoHash = request.kind === "announce" ? request.infoHash : null;
      return this.refuse({ kind: "refusal", cause: "unavailable", reason, action: request.kind, infoHash });
    }
  }

  /**
   * Refusals by load or by outage come with a message that carries nothing but the interval, since clients don't
   * read the interval beside a failure reason, and one that has just reconnected never announces again without it.
   */
  refuse(refusal: Refusal): readonly Post[] {
    this.#world.figures.count(`refused ${refusal.cause}`);
    if (refusal.cause === "malformed" || refusal.cause === "too large" || refusal.infoHash === null) {
      return [{ to: null, message: refusalMessage(refusal) }];
    }
    const interval = refusedIntervalSeconds(refusal.cause, this.#world.random);
    return [
      { to: null, message: refusalMessage(refusal, interval) },
      { to: null, message: { action: refusal.action, info_hash: refusal.infoHash, interval } },
    ];
  }

  /** Sends what goes out: to the sender first, then to all others at once. Who turns out to be gone loses its seats. */
  async deliver(connection: Connection, posts: readonly Post[]): Promise<void> {
    for (const post of posts) if (post.to === null) await this.#send(connection, post);
    await Promise.all(posts.map((post) => post.to && this.#send(post.to.connection, post)));
  }

  /** The connection is closed: all its seats are free. */
  async leave(connection: Connection): Promise<void> {
    try {
      this.#world.figures.count("seats left", await this.#world.swarms.leaveAll(connection));
    } catch (error) {
      console.error(
        JSON.stringify({ level: "error", message: "seats were not given up", cause: String(error) }),
      );
      this.#world.figures.count("leaves failed");
    }
  }

  async #announce(connection: Connection, announce: Announce): Promise<readonly Post[]> {
    const { swarms, figures, random, nowSeconds } = this.#world;
    const { infoHash, peerId } = announce;
    figures.count("announces");
    const [held, { candidates, world }] = await Promise.all([
      announce.event === "started" ? undefined : this.#orElse(undefined, swarms.find(infoHash, peerId)),
      this.#candidates(connection, announce),
    ]);
    const sits = held?.connection.id === connection.id ? held : undefined;
    const need = needOf(announce, sits, world, nowSeconds());
    const interval = intervalSeconds(need, random);

    const expiresAt = expiry(sits, nowSeconds(), interval);
    if (expiresAt !== sits?.expiresAt || announce.event === "completed") {
      const takenAt = sits?.takenAt ?? Math.floor(nowSeconds());
      const seat = { infoHash, peerId, connection, isSeeder: announce.isSeeder, takenAt, expiresAt };
      const seats = await this.#orElse(0, swarms.take(seat));
      if (seats > mostSeats) return this.#tooMany(connection, announce);
      if (!sits) figures.count("seats taken");
    }

    const wanted = Math.min(offersWanted(need), announce.numwant, announce.offers.length);
    const receivers = pickReceivers(peerId, candidates, wanted, random);
    figures.count("offers relayed", receivers.length);
    const offers = receivers.map((to, index): Post => {
      const offer = announce.offers[index];
      if (offer === undefined) throw new RangeError("more receivers than offers");
      const { offer: description, offerId } = offer;
      const message = { action: "announce", offer: description, offer_id: offerId, peer_id: peerId } as const;
      return { to, message: { ...message, info_hash: infoHash } };
    });
    const { complete, incomplete } = withSelf(world, sits === undefined, announce.isSeeder);
    const reply = { action: "announce", interval, info_hash: infoHash, complete, incomplete } as const;
    return [{ to: null, message: reply }, ...offers];
  }

  /** Who might receive offers. What the store is too busy to say is left out. */
  async #candidates(
    connection: Connection,
    announce: Announce,
  ): Promise<{ candidates: Candidates; world: Sample }> {
    const { swarms, random } = this.#world;
    const { lan, net } = connection.place;
    const { infoHash } = announce;
    const hasOffers = announce.offers.length > 0 && announce.numwant > 0;
    const [near, network, world] = await Promise.all([
      hasOffers ? this.#orElse([], swarms.sampleLan(infoHash, lan, random())) : [],
      hasOffers && net !== null ? this.#orElse([], swarms.sampleNet(infoHash, net, random())) : [],
      this.#orElse(nobody, swarms.sampleWorld(infoHash, random())),
    ]);
    return { candidates: { lan: near, net: network, world: world.seats }, world };
  }

  async #answer(answer: Answer): Promise<readonly Post[]> {
    const { infoHash, peerId, toPeerId, offerId } = answer;
    this.#world.figures.count("answers");
    const to = await this.#orElse(undefined, this.#world.swarms.find(infoHash, toPeerId));
    if (to === undefined) {
      this.#world.figures.count("answers in vain");
      return [];
    }
    const message = {
      action: "announce",
      answer: answer.answer,
      offer_id: offerId,
      peer_id: peerId,
    } as const;
    return [{ to, message: { ...message, info_hash: infoHash } }];
  }

  async #stop(connection: Connection, announce: Announce): Promise<readonly Post[]> {
    const { swarms, figures, random } = this.#world;
    const { infoHash, peerId } = announce;
    if (await swarms.leave(infoHash, peerId, connection)) figures.count("seats left");
    const { complete, incomplete } = await this.#orElse(nobody, swarms.sampleWorld(infoHash, random()));
    const interval = longestIntervalSeconds;
    return [
      { to: null, message: { action: "announce", interval, info_hash: infoHash, complete, incomplete } },
    ];
  }

  async #scrape(scrape: Scrape): Promise<readonly Post[]> {
    const { swarms, figures, random } = this.#world;
    figures.count("scrapes");
    const files = await Promise.all(
      scrape.infoHashes.map(async (infoHash): Promise<[string, Counts]> => {
        const { complete, incomplete } = await this.#orElse(nobody, swarms.sampleWorld(infoHash, random()));
        return [infoHash, { complete, incomplete, downloaded: complete }];
      }),
    );
    return [{ to: null, message: { action: "scrape", files: Object.fromEntries(files) } }];
  }

  async #tooMany(connection: Connection, announce: Announce): Promise<readonly Post[]> {
    await this.#world.swarms.leave(announce.infoHash, announce.peerId, connection);
    const reason = `one connection may sit in at most ${mostSeats} swarms: stop one, then announce again`;
    const { infoHash } = announce;
    return this.refuse({ kind: "refusal", cause: "too many swarms", reason, action: "announce", infoHash });
  }

  async #send(to: Connection, post: Post): Promise<void> {
    const { connections, figures } = this.#world;
    const delivery = await connections.send(to.id, post.message);
    if (delivery === "shed") figures.count("messages shed");
    if (delivery !== "gone") return;
    figures.count("gone connections found");
    await this.leave(to);
  }

  /** What a busy store was asked for, or else what does without: only what can wait is asked for this way. */
  async #orElse<Value>(without: Value, asked: Promise<Value>): Promise<Value> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      this.#world.figures.count("requests shed");
      return without;
    }
  }
}

/**
 * When a seat lapses, in epoch seconds. A seat just taken is on probation until its viewer announces again: players
 * that try a rendition and leave it never say so. After that it holds for as long as a connection can live.
 */
function expiry(sits: Seat | undefined, nowSeconds: number, interval: number): number {
  const patience = Math.ceil(nowSeconds + 1.5 * interval + 60);
  if (sits === undefined) return patience;
  return sits.expiresAt >= patience ? sits.expiresAt : Math.ceil(nowSeconds + connectionLifeSeconds);
}

function needOf(announce: Announce, sits: Seat | undefined, world: Sample, nowSeconds: number): Need {
  const count = world.complete + world.incomplete;
  if (sits === undefined) {
    return { arrival: announce.event === "started" ? "fresh" : "returning", seatedSeconds: 0, others: count };
  }
  return {
    arrival: null,
    seatedSeconds: Math.max(0, nowSeconds - sits.takenAt),
    others: Math.max(0, count - 1),
  };
}

/** The counts with the sender among them, who has taken its seat since they were made. */
function withSelf(
  world: Sample,
  isNew: boolean,
  isSeeder: boolean,
): { complete: number; incomplete: number } {
  const self = isNew ? 1 : 0;
  return {
    complete: world.complete + (isSeeder ? self : 0),
    incomplete: world.incomplete + (isSeeder ? 0 : self),
  };
}
