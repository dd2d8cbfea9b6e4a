/** Simulates viewers, a tracker and the connections between them, in virtual time. */
import type { Connections, SendResult } from "../../functions/tracker/connections.ts";
import { LoadControl } from "../../functions/tracker/load.ts";
import type { Announce, Answer } from "../../functions/tracker/messages.ts";
import { Metrics } from "../../functions/tracker/metrics.ts";
import type { Outgoing } from "../../functions/tracker/outgoing.ts";
import type { Connection } from "../../functions/tracker/swarms.ts";
import { MemorySwarms } from "../../functions/tracker/swarms-memory.ts";
import { Tracker } from "../../functions/tracker/tracker.ts";
import { Chance } from "../chance.ts";
import { EventQueue } from "../event-queue.ts";
import { Audience } from "./audience.ts";
import { ReferenceTracker } from "./reference.ts";
import { Traffic } from "./traffic.ts";
import { type Surroundings, TRANSIT_SECONDS, Viewer } from "./viewer.ts";

/** When the simulated clock starts; any time will do. */
const EPOCH_SECONDS = 1_800_000_000;

/** After this much silence API Gateway takes a connection for dead. */
const SILENCE_SECONDS = 600;

/** The share of viewers whose connection dies without a word: a lid closed, a tunnel. Others close their socket. */
const VANISHING_SHARE = 0.1;

export type Policy = "shoal" | "reference";

interface SimulatedTracker {
  receive(connection: Connection, request: Announce | Answer): Promise<void>;
  leave(connection: Connection): Promise<void>;
}

export class Simulation implements Connections, Surroundings {
  readonly queue = new EventQueue();
  readonly traffic = new Traffic();
  readonly chance: Chance;
  /** Those who are watching now, by peer id. */
  readonly viewers = new Map<string, Viewer>();
  readonly #connections = new Map<string, Viewer>();
  readonly #tracker: SimulatedTracker;
  readonly #audience: Audience;
  #arrived = 0;

  /** For an audience of about `size` at a time. */
  constructor(policy: Policy, size: number, seed: number) {
    this.chance = new Chance(seed);
    this.#audience = new Audience(size, this.chance);
    this.#tracker = policy === "shoal" ? this.#shoal() : new ReferenceTracker(this, this.chance);
  }

  get nowSeconds(): number {
    return this.queue.now;
  }

  /** Lets time pass: resolves when everything that was due until then has happened. */
  pass(seconds: number): Promise<void> {
    return this.queue.runUntil(this.nowSeconds + seconds);
  }

  /** Lets viewers arrive, evenly over some seconds; each stays as long as `staySeconds` says. */
  arrive(count: number, overSeconds: number, staySeconds: () => number): void {
    for (let n = 0; n < count; n++) {
      this.queue.after(this.chance.between(0, overSeconds), () => this.#arriveOne(staySeconds()));
    }
  }

  /** Cuts every socket at once, as a deploy or an outage does. */
  async cutAll(): Promise<void> {
    for (const viewer of this.viewers.values()) await this.cut(viewer);
  }

  /** Cuts one viewer's socket. */
  async cut(viewer: Viewer): Promise<void> {
    const cut = viewer.cut();
    if (cut) await this.#closed(cut);
  }

  /** Lets a share of the viewers leave at once. */
  async depart(share: number): Promise<void> {
    for (const viewer of [...this.viewers.values()]) {
      if (this.chance.happens(share)) await this.#depart(viewer);
    }
  }

  opened(connection: Connection, viewer: Viewer): void {
    this.#connections.set(connection.id, viewer);
  }

  async receive(connection: Connection, request: Announce | Answer): Promise<void> {
    this.traffic.count(request.kind === "answer" ? "answers in" : "announces", this.nowSeconds);
    await this.#tracker.receive(connection, request);
  }

  /** Nobody here sends more than it may. */
  async disconnect(): Promise<void> {}

  async send(connectionId: string, message: Outgoing): Promise<SendResult> {
    const viewer = this.#connections.get(connectionId);
    if (!viewer) return "gone";
    const kind = "offer" in message ? "offers out" : "answer" in message ? "answers out" : "replies";
    this.traffic.count(kind, this.nowSeconds);
    this.queue.after(TRANSIT_SECONDS, () => {
      if (!viewer.hasLeft && this.#connections.has(connectionId)) viewer.receive(message);
    });
    return "sent";
  }

  /** Sets up a data channel between two viewers who have each other's description, which takes about a second. */
  join(viewer: Viewer, peerId: string): void {
    const other = this.viewers.get(peerId);
    if (!other || !this.#audience.connects(viewer.home, other.home)) return;
    this.queue.after(this.chance.between(0.3, 1.2), () => {
      if (viewer.hasLeft || other.hasLeft || viewer.neighbours.includes(other)) return;
      viewer.addNeighbour(other);
      other.addNeighbour(viewer);
    });
  }

  #arriveOne(staySeconds: number): void {
    const peerId = `-shoal-${String(this.#arrived++).padStart(13, "0")}`;
    const viewer = new Viewer(this, peerId, this.#audience.home());
    this.viewers.set(peerId, viewer);
    viewer.connect();
    if (Number.isFinite(staySeconds)) this.queue.after(staySeconds, () => this.#depart(viewer));
  }

  /** A page that closes hangs up, which its neighbours notice at once; they notice silence after half a minute. */
  async #depart(viewer: Viewer): Promise<void> {
    if (viewer.hasLeft) return;
    this.viewers.delete(viewer.peerId);
    const open = viewer.leave();
    const vanishes = this.chance.happens(VANISHING_SHARE);
    this.queue.after(vanishes ? 30 : 1, () => {
      for (const neighbour of viewer.neighbours) neighbour.loseNeighbour(viewer);
      viewer.neighbours.length = 0;
    });
    if (open === null) return;
    if (vanishes) this.queue.after(SILENCE_SECONDS, () => this.#closed(open));
    else await this.#closed(open);
  }

  async #closed(connection: Connection): Promise<void> {
    this.#connections.delete(connection.id);
    await this.#tracker.leave(connection);
  }

  #shoal(): SimulatedTracker {
    const nowSeconds = () => EPOCH_SECONDS + this.nowSeconds;
    const tracker = new Tracker({
      swarms: new MemorySwarms(nowSeconds),
      connections: this,
      load: new LoadControl(),
      metrics: new Metrics("a simulation"),
      onFailure: (what, error) => {
        throw new Error(what, { cause: error });
      },
      nowSeconds,
      random: this.chance.next,
    });
    return {
      receive: async (connection, request) => {
        const response = await tracker.handle(connection, request);
        if (response) await this.send(connection.id, response);
      },
      leave: (connection) => tracker.leave(connection),
    };
  }
}
