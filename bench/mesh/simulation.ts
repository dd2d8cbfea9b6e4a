// Viewers, a tracker and the lines between them, in virtual time.
import type { Connections, Delivery } from "../../functions/tracker/connections.ts";
import { Figures } from "../../functions/tracker/figures.ts";
import { LoadControl } from "../../functions/tracker/load.ts";
import type { Announce, Answer, Message } from "../../functions/tracker/messages.ts";
import type { Connection } from "../../functions/tracker/swarms.ts";
import { MemorySwarms } from "../../functions/tracker/swarms-memory.ts";
import { Tracker } from "../../functions/tracker/tracker.ts";
import { Audience } from "./audience.ts";
import { Chance } from "./chance.ts";
import { ReferenceTracker } from "./reference.ts";
import { Timeline } from "./timeline.ts";
import { Traffic } from "./traffic.ts";
import { type Surroundings, transitSeconds, Viewer } from "./viewer.ts";

/** Any epoch will do for a clock that starts with the run. */
const epochSeconds = 1_800_000_000;

/** API Gateway notices by the silence that a viewer's line is dead. */
const silenceSeconds = 600;

/** Viewers whose line goes dead without a word: a lid closed, a tunnel. The others close their socket. */
const vanishing = 0.1;

export type Policy = "shoal" | "reference";

interface SimulatedTracker {
  receive(connection: Connection, request: Announce | Answer): Promise<void>;
  leave(connection: Connection): Promise<void>;
}

export class Simulation implements Connections, Surroundings {
  readonly timeline = new Timeline();
  readonly traffic = new Traffic();
  readonly chance: Chance;
  /** Who watches at the moment. */
  readonly viewers = new Map<string, Viewer>();
  readonly #lines = new Map<string, Viewer>();
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
    return this.timeline.nowSeconds;
  }

  /** So many viewers arrive, evenly over some seconds, and each stays as long as `staySeconds` says. */
  arrive(count: number, overSeconds: number, staySeconds: () => number): void {
    for (let n = 0; n < count; n++) {
      this.timeline.in(this.chance.between(0, overSeconds), () => this.#arriveOne(staySeconds()));
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

  /** A share of the viewers leaves at once. */
  async depart(share: number): Promise<void> {
    for (const viewer of [...this.viewers.values()]) {
      if (this.chance.happens(share)) await this.#depart(viewer);
    }
  }

  opened(connection: Connection, viewer: Viewer): void {
    this.#lines.set(connection.id, viewer);
  }

  async receive(connection: Connection, request: Announce | Answer): Promise<void> {
    this.traffic.count(request.kind === "answer" ? "answers in" : "announces", this.nowSeconds);
    await this.#tracker.receive(connection, request);
  }

  async send(connectionId: string, message: Message): Promise<Delivery> {
    const viewer = this.#lines.get(connectionId);
    if (!viewer) return "gone";
    const kind = message.offer ? "offers out" : message.answer ? "answers out" : "replies";
    this.traffic.count(kind, this.nowSeconds);
    this.timeline.in(transitSeconds, () => {
      if (!viewer.hasLeft && this.#lines.has(connectionId)) viewer.receive(message);
    });
    return "sent";
  }

  /** Two viewers who have each other's description set up a data channel, which takes about a second. */
  join(viewer: Viewer, peerId: string): void {
    const other = this.viewers.get(peerId);
    if (!other || !this.#audience.connects(viewer.home, other.home)) return;
    this.timeline.in(this.chance.between(0.3, 1.2), () => {
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
    if (Number.isFinite(staySeconds)) this.timeline.in(staySeconds, () => this.#depart(viewer));
  }

  /** Its neighbours notice: a page that closes hangs up, and silence is taken for a lost line after half a minute. */
  async #depart(viewer: Viewer): Promise<void> {
    if (viewer.hasLeft) return;
    this.viewers.delete(viewer.peerId);
    const open = viewer.leave();
    const vanishes = this.chance.happens(vanishing);
    this.timeline.in(vanishes ? 30 : 1, () => {
      for (const neighbour of viewer.neighbours) neighbour.loseNeighbour(viewer);
      viewer.neighbours.length = 0;
    });
    if (open === null) return;
    if (vanishes) this.timeline.in(silenceSeconds, () => this.#closed(open));
    else await this.#closed(open);
  }

  async #closed(connection: Connection): Promise<void> {
    this.#lines.delete(connection.id);
    await this.#tracker.leave(connection);
  }

  #shoal(): SimulatedTracker {
    const nowSeconds = () => epochSeconds + this.nowSeconds;
    const tracker = new Tracker({
      swarms: new MemorySwarms(nowSeconds),
      connections: this,
      load: new LoadControl(),
      figures: new Figures("a simulation", 0),
      onFailure: (what, error) => {
        throw new Error(what, { cause: error });
      },
      nowSeconds,
      random: this.chance.next,
    });
    return {
      receive: async (connection, request) =>
        tracker.deliver(connection, await tracker.handle(connection, request)),
      leave: (connection) => tracker.leave(connection),
    };
  }
}
