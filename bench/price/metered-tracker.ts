/** The real tracker over a real table, with a meter on everything that costs and a clock that the measurement moves. */

import { DynamoDbCounters } from "../../functions/tracker/counters-dynamodb.ts";
import type { DynamoDb } from "../../functions/tracker/dynamodb.ts";
import { openDynamoDb } from "../../functions/tracker/dynamodb.ts";
import { Limits } from "../../functions/tracker/limits.ts";
import { LoadControl } from "../../functions/tracker/load.ts";
import type { Offer, Request } from "../../functions/tracker/messages.ts";
import { Metrics } from "../../functions/tracker/metrics.ts";
import type { Outgoing } from "../../functions/tracker/outgoing.ts";
import type { Connection } from "../../functions/tracker/swarms.ts";
import { DynamoDbSwarms } from "../../functions/tracker/swarms-dynamodb.ts";
import { Tracker } from "../../functions/tracker/tracker.ts";
import { type Bill, NO_BILL, plus } from "./bill.ts";
import { networkOf } from "./swarm.ts";

export class MeteredTracker {
  readonly #tracker: Tracker;
  readonly #limits: Limits;
  #bill = NO_BILL;
  #now = 1_800_000_000;
  #arrivals = 0;
  /** Posted because of the last message. */
  #sent: Outgoing[] = [];

  constructor(endpoint: string, table: string) {
    const dynamoDb = this.#metered(
      openDynamoDb({
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      }),
    );
    const nowSeconds = () => this.#now;
    this.#limits = new Limits(new DynamoDbCounters(dynamoDb, table), nowSeconds, Math.random);
    this.#tracker = new Tracker({
      swarms: new DynamoDbSwarms(dynamoDb, table, nowSeconds),
      connections: {
        disconnect: async () => {},
        send: async (_, message) => {
          this.charge({ posts: 1, messages: 1 });
          this.#sent.push(message);
          return "sent";
        },
      },
      load: new LoadControl(),
      metrics: new Metrics("bench"),
      nowSeconds,
      random: Math.random,
      onFailure: (what, error) => {
        throw new Error(what, { cause: error });
      },
    });
  }

  get bill(): Bill {
    return this.#bill;
  }

  passSeconds(seconds: number): void {
    this.#now += seconds;
  }

  charge(some: Partial<Bill>): void {
    this.#bill = plus(this.#bill, { ...NO_BILL, ...some });
  }

  /** A viewer whose connection is open, in one of the swarm's networks. Its handshake is charged. */
  async arrive(name: string): Promise<MeteredViewer> {
    // The authorizer; $connect runs no function.
    this.charge({ invocations: 1 });
    const locality = { lan: name.slice(-12), net: networkOf(this.#arrivals++) };
    await this.#limits.mayConnect(locality.lan);
    return new MeteredViewer(this, { id: name, locality }, name.slice(-20).padStart(20, "-"));
  }

  /** Handles a message as the function would; resolves to what was sent to anyone, the response first. */
  async hear(connection: Connection, request: Request): Promise<readonly Outgoing[]> {
    this.#sent = [];
    this.charge({ messages: 1, invocations: 1 });
    if (request.kind !== "answer") await this.#limits.mayAnnounce(connection);
    const response = await this.#tracker.handle(connection, request);
    if (response === null) return this.#sent;
    this.charge({ messages: 1 });
    return [response, ...this.#sent];
  }

  async leave(connection: Connection): Promise<void> {
    this.charge({ invocations: 1 });
    await this.#tracker.leave(connection);
  }

  /** A whole visit: first announces, those that the tracker asks for, the answers to all offers, and the leave. */
  async visit(name: string, infoHashes: readonly string[], staySeconds: number): Promise<void> {
    const start = this.#now;
    const viewer = await this.arrive(name);
    const due = new Map(infoHashes.map((infoHash) => [infoHash, start]));
    for (;;) {
      const [next] = [...due].toSorted(([, a], [, b]) => a - b);
      if (!next || next[1] > start + staySeconds) break;
      const [infoHash, at] = next;
      this.#now = at;
      const interval = await viewer.announce(infoHash, at === start ? "started" : null);
      for (let answers = viewer.offersRelayed; answers > 0; answers--) await viewer.answer(infoHash);
      due.set(infoHash, at + interval);
    }
    this.#now = start + staySeconds;
    await viewer.leave();
    this.charge({ connectionMinutes: staySeconds / 60 });
  }

  #metered(dynamoDb: DynamoDb): DynamoDb {
    return async (operation, call) => {
      const metered = { ...call, ReturnConsumedCapacity: "TOTAL" };
      const result = await dynamoDb(operation, metered).catch((error: unknown) => {
        // A conditional write that finds nothing costs a unit too.
        this.charge({ dynamoDbRequests: 1, writes: 1 });
        throw error;
      });
      const { CapacityUnits } = (result as { ConsumedCapacity: { CapacityUnits: number } }).ConsumedCapacity;
      const isRead = operation === "GetItem" || operation === "Query";
      this.charge({ dynamoDbRequests: 1, [isRead ? "reads" : "writes"]: CapacityUnits });
      return result;
    };
  }
}

const SDP = "a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host\r\n".repeat(13);
const OFFERS: readonly Offer[] = Array.from({ length: 5 }, (_, number) => ({
  offer: { type: "offer", sdp: SDP },
  offerId: `offer ${number}`.padEnd(20),
}));

export class MeteredViewer {
  /** Of the last announce. */
  offersRelayed = 0;
  readonly #tracker: MeteredTracker;
  readonly #connection: Connection;
  readonly #peerId: string;

  constructor(tracker: MeteredTracker, connection: Connection, peerId: string) {
    this.#tracker = tracker;
    this.#connection = connection;
    this.#peerId = peerId;
  }

  /** Announces with five offers; resolves to the interval of the reply. */
  async announce(infoHash: string, event: "started" | null = null): Promise<number> {
    const peerId = this.#peerId;
    const announce = {
      kind: "announce",
      infoHash,
      peerId,
      event,
      isSeeder: false,
      numwant: 5,
      offers: OFFERS,
    } as const;
    const messages = await this.#tracker.hear(this.#connection, announce);
    this.offersRelayed = messages.filter((message) => "offer" in message).length;
    const reply = messages.find((message) => "interval" in message);
    return reply?.interval ?? Number.POSITIVE_INFINITY;
  }

  /** Lets somebody answer one of its offers. */
  async answer(infoHash: string): Promise<void> {
    const someone = { id: "someone", locality: { lan: "elsewhere", net: null } };
    const answer = { type: "answer", sdp: SDP } as const;
    const [peerId, toPeerId, offerId] = ["someone".padEnd(20), this.#peerId, "offer 0".padEnd(20)];
    await this.#tracker.hear(someone, { kind: "answer", infoHash, peerId, toPeerId, answer, offerId });
  }

  leave(): Promise<void> {
    return this.#tracker.leave(this.#connection);
  }
}
