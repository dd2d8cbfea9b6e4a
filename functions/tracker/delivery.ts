/** Sends what a request leads to, and frees the seats of connections that turn out to be gone. */
import type { Connections, SendResult } from "./connections.ts";
import type { Departures, ReportFailure } from "./departures.ts";
import type { Metrics } from "./metrics.ts";
import type { AnswerMessage, OfferMessage, Outcome, Outgoing, Relay } from "./outgoing.ts";
import type { Connection } from "./swarms.ts";

export class Delivery {
  readonly #connections: Connections;
  readonly #departures: Departures;
  readonly #metrics: Metrics;
  readonly #report: ReportFailure;

  constructor(connections: Connections, departures: Departures, metrics: Metrics, report: ReportFailure) {
    this.#connections = connections;
    this.#departures = departures;
    this.#metrics = metrics;
    this.#report = report;
  }

  /**
   * Sends to the sender first, then to all other peers at once; if the sender is gone, to nobody else. When no other
   * peer gets a message, the last one to the sender is not sent but returned: the caller sends it as its response,
   * which spares Lambda a call. Never rejects.
   */
  async deliver(sender: Connection, { refusal, reply, offers, answer }: Outcome): Promise<Outgoing | null> {
    const relays = answer ? [...offers, answer] : offers;
    const response = relays.length > 0 ? null : (reply ?? refusal);
    for (const message of [refusal, reply]) {
      if (message === null || message === response) continue;
      if ((await this.#send(sender, message)) === "gone") return null;
    }
    await Promise.all(relays.map((relay) => this.#relay(relay)));
    return response;
  }

  async #relay({ to, message }: Relay<OfferMessage | AnswerMessage>): Promise<void> {
    const { infoHash, peerId, connection } = to;
    if ((await this.#send(connection, message)) !== "gone") return;
    try {
      // The connection's register lacks this seat if writing it was throttled.
      await this.#departures.leave(infoHash, peerId, connection);
    } catch (error) {
      this.#report("a seat was not freed", error);
    }
  }

  async #send(to: Connection, message: Outgoing): Promise<SendResult> {
    const result = await this.#connections.send(to.id, message).catch((error: unknown): SendResult => {
      this.#report("a message was not sent", error);
      return "shed";
    });
    if (result === "shed") this.#metrics.count("MessagesShed");
    if (result === "gone") {
      this.#metrics.count("GoneConnections");
      await this.#departures.leaveAll(to);
    }
    return result;
  }
}
