/** A tracker over a store in memory that can be made to fail, which records everything that is sent. */
import type { Audience } from "../../functions/tracker/audience.ts";
import type { SendResult } from "../../functions/tracker/connections.ts";
import type { Limits } from "../../functions/tracker/limits.ts";
import { LoadControl } from "../../functions/tracker/load.ts";
import { type MetricName, Metrics } from "../../functions/tracker/metrics.ts";
import type { Outgoing } from "../../functions/tracker/outgoing.ts";
import type { Connection, Seat, Swarms } from "../../functions/tracker/swarms.ts";
import { MemorySwarms } from "../../functions/tracker/swarms-memory.ts";
import { Tracker } from "../../functions/tracker/tracker.ts";
import { type Heard, kindOf } from "./strict-client.ts";

export const swarm = "a swarm-------------";

export const EVERY_METHOD = [
  "find",
  "take",
  "leave",
  "leaveAll",
  "sampleLan",
  "sampleNet",
  "sampleWorld",
  "readAll",
] as const;

/** A message that the tracker sent, and to which connection. */
export interface Sent {
  readonly to: string;
  readonly message: Heard;
}

export const connection = (id: string): Connection => ({
  id,
  locality: { lan: `lan of ${id}`, net: "DE-1" },
});
export const peer = (name: string) => name.padEnd(20, "-");
export const offer = (id: string) => ({ offer: { type: "offer", sdp: "v=0" }, offer_id: id });

/** The connections that offers went to. */
export const receivers = (messages: readonly Sent[]) =>
  messages.flatMap(({ to, message }) => (message.offer ? [to] : []));

/** A store in memory, of which methods can be made to fail. */
class FailingSwarms extends MemorySwarms {
  failure: { readonly methods: readonly (keyof Swarms)[]; readonly error: Error } | undefined;

  override find(...given: Parameters<Swarms["find"]>) {
    return this.#unlessFailing("find", () => super.find(...given));
  }
  override take(seat: Seat) {
    return this.#unlessFailing("take", () => super.take(seat));
  }
  override leave(...given: Parameters<Swarms["leave"]>) {
    return this.#unlessFailing("leave", () => super.leave(...given));
  }
  override leaveAll(connection: Connection) {
    return this.#unlessFailing("leaveAll", () => super.leaveAll(connection));
  }
  override sampleLan(...given: Parameters<Swarms["sampleLan"]>) {
    return this.#unlessFailing("sampleLan", () => super.sampleLan(...given));
  }
  override sampleNet(...given: Parameters<Swarms["sampleNet"]>) {
    return this.#unlessFailing("sampleNet", () => super.sampleNet(...given));
  }
  override sampleWorld(...given: Parameters<Swarms["sampleWorld"]>) {
    return this.#unlessFailing("sampleWorld", () => super.sampleWorld(...given));
  }
  override readAll(infoHash: string) {
    return this.#unlessFailing("readAll", () => super.readAll(infoHash));
  }

  async #unlessFailing<Value>(method: keyof Swarms, call: () => Promise<Value>): Promise<Value> {
    if (this.failure?.methods.includes(method)) throw this.failure.error;
    return call();
  }
}

export class TrackerUnderTest {
  /** Epoch seconds. */
  now = 1_800_000_000;
  /** Whether a message to a connection arrives. */
  deliver: (connectionId: string) => SendResult | Error = () => "sent";
  /** What the last message led to, in the order in which it went out; the response comes last. */
  sent: Sent[] = [];
  readonly failures: string[] = [];
  /** Connections that the tracker closed. */
  readonly disconnected: string[] = [];
  audience: Audience | undefined;
  limits: Limits | undefined;
  readonly swarms = new FailingSwarms(() => this.now);
  readonly #metrics = new Metrics("test");
  tracker = this.#instance();

  /** Goes on with another instance of the tracker, which has seen none of the swarms yet. */
  restart(): void {
    this.tracker = this.#instance();
  }

  async receive(by: Connection, text: string): Promise<Sent[]> {
    this.sent = [];
    const response = await this.tracker.receive(by, text);
    if (response) this.#note(by.id, response);
    return this.sent;
  }

  announce(name: string, more: object = {}): Promise<Sent[]> {
    const announce = {
      action: "announce",
      info_hash: swarm,
      peer_id: peer(name),
      event: "started",
      numwant: 5,
      offers: ["1", "2", "3", "4", "5"].map(offer),
    };
    return this.receive(connection(name), JSON.stringify({ ...announce, ...more }));
  }

  counted(): Partial<Record<MetricName, number>> {
    return JSON.parse(this.#metrics.line(this.now) ?? "{}");
  }

  /** Records which methods of the store are called from now on. */
  watchSwarms(): string[] {
    const called: string[] = [];
    for (const method of EVERY_METHOD) {
      const call = this.swarms[method].bind(this.swarms) as (...given: unknown[]) => Promise<unknown>;
      Object.assign(this.swarms, {
        [method]: (...given: unknown[]) => {
          called.push(method);
          return call(...given);
        },
      });
    }
    return called;
  }

  #instance(): Tracker {
    return new Tracker({
      swarms: this.swarms,
      connections: {
        send: async (connectionId, message) => {
          this.#note(connectionId, message);
          const delivery = this.deliver(connectionId);
          if (delivery instanceof Error) throw delivery;
          return delivery;
        },
        disconnect: async (connectionId) => {
          this.disconnected.push(connectionId);
          const delivery = this.deliver(connectionId);
          if (delivery instanceof Error) throw delivery;
        },
      },
      load: new LoadControl(),
      metrics: this.#metrics,
      nowSeconds: () => this.now,
      random: () => 0.5,
      audience: this.audience,
      limits: this.limits,
      onFailure: (what, error) => this.failures.push(`${what}: ${error}`),
    });
  }

  /** Everything that is sent in any test has to be readable for a strict client. */
  #note(to: string, message: Outgoing): void {
    kindOf(JSON.parse(JSON.stringify(message)));
    this.sent.push({ to, message });
  }
}
