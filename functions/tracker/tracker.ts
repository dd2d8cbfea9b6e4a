/** Handles tracker messages: parses them, looks up peers, and sends what the decision functions return. */
import { decideAnnounce } from "./announcing.ts";
import { type Audience, objectionTo, unsealed } from "./audience.ts";
import type { Connections } from "./connections.ts";
import { Delivery } from "./delivery.ts";
import { Departures, type ReportFailure } from "./departures.ts";
import type { Limits } from "./limits.ts";
import type { LoadControl } from "./load.ts";
import { Lookup } from "./lookup.ts";
import { type Announce, type Answer, parse, type Refusal, type Request, type Scrape } from "./messages.ts";
import type { Metrics } from "./metrics.ts";
import {
  type AnnounceReply,
  type Counts,
  type Outcome,
  type Outgoing,
  outcomeOf,
  refusalMessage,
} from "./outgoing.ts";
import { MAX_INTERVAL_SECONDS, refusedIntervalSeconds } from "./pacing.ts";
import { type Reach, renamed, swarmWithin } from "./reach.ts";
import type { CandidateRules } from "./session-description.ts";
import { unlessThrottled } from "./shedding.ts";
import type { Connection, Swarms } from "./swarms.ts";

/** Seats that one connection may hold: a player has one for each rendition that it tried lately, and one for audio. */
export const MAX_SEATS = 32;

export interface TrackerDependencies {
  readonly swarms: Swarms;
  readonly connections: Connections;
  readonly load: LoadControl;
  readonly metrics: Metrics;
  /** Epoch seconds. */
  readonly nowSeconds: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onFailure: ReportFailure;
  /** Which candidates are relayed; by default none that stay on one machine. */
  readonly candidates?: CandidateRules;
  /** Whom it serves; without one, everyone. */
  readonly audience?: Audience | undefined;
  /** What viewers and networks may do over all connections; without them, there are only those of `load`. */
  readonly limits?: Limits | undefined;
  /** How far viewers may meet; by default they meet the world. */
  readonly reach?: Reach;
}

/** What an announce is told about its swarm when nothing is known of it. */
const UNKNOWN_SIZE = { complete: 0, incomplete: 0 };

export class Tracker {
  readonly #dependencies: TrackerDependencies;
  readonly #departures: Departures;
  readonly #delivery: Delivery;
  readonly #lookup: Lookup;

  constructor(dependencies: TrackerDependencies) {
    this.#dependencies = dependencies;
    const { swarms, connections, load, metrics, random } = dependencies;
    const report: ReportFailure = (what, error) => this.#failed(what, error);
    this.#departures = new Departures(swarms, load, metrics, report);
    this.#delivery = new Delivery(connections, this.#departures, metrics, report);
    this.#lookup = new Lookup(swarms, metrics, random);
  }

  /**
   * Handles a text frame and sends everything that it leads to, except the message that it resolves to: the caller sends
   * that one to the same connection, as its response. Never rejects.
   */
  async receive(connection: Connection, text: string): Promise<Outgoing | null> {
    const { load, nowSeconds, audience, candidates } = this.#dependencies;
    const parsed = parse(text, candidates);
    const isStrange = audience && parsed.kind !== "refusal";
    const request = (isStrange && objectionTo(parsed, connection)) || parsed;
    const verdict = load.judge(connection.id, request, Buffer.byteLength(text), nowSeconds());
    if (verdict === "disconnect") return this.#disconnect(connection);
    if (verdict === "refuse") {
      const refused = this.#refuse(request, "TooOften", "this connection sends too many messages: slow down");
      return this.#delivery.deliver(connection, refused);
    }
    if (request.kind === "refusal") return this.#delivery.deliver(connection, this.#tell(request));
    if (request.kind !== "answer" && !(await this.#mayAnnounce(connection))) {
      return this.#disconnect(connection);
    }
    return this.handle(connection, request);
  }

  /** Does the same for a request that has been parsed and admitted already. */
  async handle(connection: Connection, request: Request): Promise<Outgoing | null> {
    return this.#delivery.deliver(connection, await this.outcomeOf(connection, request));
  }

  /** Frees all seats of a closed connection. Never rejects. */
  async leave(connection: Connection): Promise<void> {
    await this.#departures.leaveAll(connection);
  }

  /** Takes or frees seats as a request asks; resolves to what is to be sent because of it. Never rejects. */
  async outcomeOf(connection: Connection, request: Request): Promise<Outcome> {
    const { reach = "world" } = this.#dependencies;
    const names = new Map<string, string>();
    const within = (infoHash: string) => {
      const kept = swarmWithin(reach, infoHash, connection.locality);
      names.set(kept, infoHash);
      return kept;
    };
    const scoped =
      request.kind === "scrape"
        ? { ...request, infoHashes: request.infoHashes.map(within) }
        : { ...request, infoHash: within(request.infoHash) };
    return renamed(await this.#outcomeWithin(connection, scoped), names);
  }

  async #outcomeWithin(connection: Connection, request: Request): Promise<Outcome> {
    try {
      if (request.kind === "scrape") return await this.#scrape(request);
      if (request.kind === "answer") return await this.#answer(request);
      return request.event === "stopped"
        ? await this.#stop(connection, request)
        : await this.#announce(connection, request);
    } catch (error) {
      this.#failed(`a request (${request.kind}) failed`, error);
      if (request.kind === "answer") return outcomeOf({});
      return this.#refuse(request, "Unavailable", "the tracker is out of order for a moment: announce again");
    }
  }

  /** While the counts can't be had, everyone is within the limits: those of `load` still hold. */
  async #mayAnnounce(connection: Connection): Promise<boolean> {
    const { limits, metrics } = this.#dependencies;
    if (!limits) return true;
    try {
      return await unlessThrottled(limits.mayAnnounce(connection), true, metrics);
    } catch (error) {
      this.#failed("a limit couldn't be looked up", error);
      return true;
    }
  }

  /** Ends a connection that sends more than it may: every further message would cost as much as an honest one. */
  async #disconnect({ id }: Connection): Promise<null> {
    const { connections, metrics } = this.#dependencies;
    metrics.count("Disconnected");
    await connections
      .disconnect(id)
      .catch((error: unknown) => this.#failed("a connection wasn't closed", error));
    return null;
  }

  async #announce(connection: Connection, announce: Announce): Promise<Outcome> {
    const { swarms, metrics, random, nowSeconds, audience } = this.#dependencies;
    metrics.count("Announces");
    const view = await this.#lookup.forAnnounce(announce, connection);
    const context = { ...view, connection, nowSeconds: nowSeconds(), random, audience };
    const { seat, reply, offers } = decideAnnounce(announce, context);
    if (seat) {
      const isNew = view.seat?.connection.id !== connection.id;
      const held = await unlessThrottled(swarms.take(seat), null, metrics);
      // Answers are routed by the seat: without one, offers would be made in vain.
      if (held === null && isNew) return outcomeOf({ reply });
      if (held !== null && held > MAX_SEATS) return this.#tooManySwarms(connection, announce, reply);
      if (isNew) metrics.count("SeatsTaken");
    }
    metrics.count("OffersRelayed", offers.length);
    return outcomeOf({ reply, offers });
  }

  async #tooManySwarms(connection: Connection, announce: Announce, size: Size): Promise<Outcome> {
    await this.#departures.leave(announce.infoHash, announce.peerId, connection);
    const reason = `one connection may join at most ${MAX_SEATS} swarms: stop one, then announce again`;
    return this.#refuse(announce, "TooManySwarms", reason, size);
  }

  async #answer({ infoHash, peerId, toPeerId, answer, offerId }: Answer): Promise<Outcome> {
    const { swarms, metrics, audience, nowSeconds } = this.#dependencies;
    metrics.count("Answers");
    const path = { infoHash, from: toPeerId, to: peerId };
    const asked = audience ? unsealed(offerId, path, audience, nowSeconds()) : offerId;
    if (asked === null) {
      metrics.count("AnswersUnasked");
      return outcomeOf({});
    }
    const to = await unlessThrottled(swarms.find(infoHash, toPeerId), undefined, metrics);
    if (to === undefined) {
      metrics.count("AnswersInVain");
      return outcomeOf({});
    }
    const from = { offer_id: asked, peer_id: peerId, info_hash: infoHash };
    return outcomeOf({ answer: { to, message: { action: "announce", answer, ...from } } });
  }

  async #stop(connection: Connection, { infoHash, peerId }: Announce): Promise<Outcome> {
    await this.#departures.leave(infoHash, peerId, connection);
    const size = await this.#lookup.sizeOf(infoHash);
    return outcomeOf({ reply: announceReply(infoHash, MAX_INTERVAL_SECONDS, size) });
  }

  async #scrape({ infoHashes }: Scrape): Promise<Outcome> {
    this.#dependencies.metrics.count("Scrapes");
    const files = await Promise.all(
      infoHashes.map(async (infoHash): Promise<[string, Counts]> => {
        const { complete, incomplete } = await this.#lookup.sizeOf(infoHash);
        return [infoHash, { complete, incomplete, downloaded: complete }];
      }),
    );
    return outcomeOf({ reply: { action: "scrape", files: Object.fromEntries(files) } });
  }

  /**
   * Refuses because of load or an outage. An announce gets a reply as well: clients don't read the interval beside a
   * failure reason, and one that has just reconnected never announces again without it.
   */
  #refuse(
    request: Request | Refusal,
    cause: Refusal["cause"],
    reason: string,
    size: Size = UNKNOWN_SIZE,
  ): Outcome {
    const action = request.kind === "scrape" ? "scrape" : "announce";
    const infoHash = "infoHash" in request ? request.infoHash : null;
    const refused = this.#tell({ kind: "refusal", cause, reason, action, infoHash });
    if (request.kind !== "announce") return refused;
    const interval = refusedIntervalSeconds(cause, this.#dependencies.random);
    return { ...refused, reply: announceReply(request.infoHash, interval, size) };
  }

  #tell(refusal: Refusal): Outcome {
    this.#dependencies.metrics.count(`Refused${refusal.cause}`);
    return outcomeOf({ refusal: refusalMessage(refusal) });
  }

  #failed(what: string, error: unknown): void {
    this.#dependencies.metrics.count("Failures");
    this.#dependencies.onFailure(what, error);
  }
}

type Size = Pick<AnnounceReply, "complete" | "incomplete">;

function announceReply(infoHash: string, interval: number, { complete, incomplete }: Size): AnnounceReply {
  return { action: "announce", interval, info_hash: infoHash, complete, incomplete };
}
