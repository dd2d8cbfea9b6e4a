/** The tracker to compare with, much like those in use: every 120 seconds, all offers relayed, random receivers. */
import type { Connections } from "../../functions/tracker/connections.ts";
import type { Announce, Answer } from "../../functions/tracker/messages.ts";
import type { Outgoing } from "../../functions/tracker/outgoing.ts";
import type { Connection } from "../../functions/tracker/swarms.ts";
import type { Chance } from "../chance.ts";

const INTERVAL_SECONDS = 120;

interface Seat {
  readonly peerId: string;
  readonly connectionId: string;
}

/** For one swarm only. */
export class ReferenceTracker {
  readonly #connections: Connections;
  readonly #chance: Chance;
  readonly #seats: Seat[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(connections: Connections, chance: Chance) {
    this.#connections = connections;
    this.#chance = chance;
  }

  async receive(connection: Connection, request: Announce | Answer): Promise<void> {
    const { infoHash: info_hash, peerId: peer_id } = request;
    const send = (to: string, message: Outgoing) => this.#connections.send(to, message);
    const from = { action: "announce", info_hash, peer_id } as const;
    if (request.kind === "answer") {
      const to = this.#seats[this.#indexes.get(request.toPeerId) ?? -1];
      if (to) await send(to.connectionId, { ...from, answer: request.answer, offer_id: request.offerId });
      return;
    }
    const receivers = this.#pick(peer_id, Math.min(request.numwant, request.offers.length));
    this.#sit({ peerId: peer_id, connectionId: connection.id });
    const size = { complete: 0, incomplete: this.#seats.length };
    await send(connection.id, { action: "announce", info_hash, interval: INTERVAL_SECONDS, ...size });
    for (const [index, receiver] of receivers.entries()) {
      const sent = request.offers[index];
      if (sent) await send(receiver.connectionId, { ...from, offer: sent.offer, offer_id: sent.offerId });
    }
  }

  async leave(connection: Connection): Promise<void> {
    const [peerId = ""] = connection.id.split("/");
    const index = this.#indexes.get(peerId);
    if (index === undefined || this.#seats[index]?.connectionId !== connection.id) return;
    const last = this.#seats.pop();
    if (last && last.peerId !== peerId) {
      this.#seats[index] = last;
      this.#indexes.set(last.peerId, index);
    }
    this.#indexes.delete(peerId);
  }

  #sit(seat: Seat): void {
    const index = this.#indexes.get(seat.peerId) ?? this.#seats.length;
    this.#seats[index] = seat;
    this.#indexes.set(seat.peerId, index);
  }

  #pick(senderId: string, wanted: number): Seat[] {
    const others = this.#seats.length - (this.#indexes.has(senderId) ? 1 : 0);
    const picked = new Set<Seat>();
    while (picked.size < Math.min(wanted, others)) {
      const one = this.#seats[this.#chance.below(this.#seats.length)];
      if (one && one.peerId !== senderId) picked.add(one);
    }
    return [...picked];
  }
}
