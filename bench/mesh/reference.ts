// The tracker to compare with: every 120 seconds, every offer, to viewers picked by chance. Much like those in use.
import type { Connections } from "../../functions/tracker/connections.ts";
import type { Announce, Answer } from "../../functions/tracker/messages.ts";
import type { Connection } from "../../functions/tracker/swarms.ts";
import type { Chance } from "./chance.ts";

const intervalSeconds = 120;

interface Sitting {
  readonly peerId: string;
  readonly connectionId: string;
}

/** For one swarm only. */
export class ReferenceTracker {
  readonly #connections: Connections;
  readonly #chance: Chance;
  readonly #sitting: Sitting[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(connections: Connections, chance: Chance) {
    this.#connections = connections;
    this.#chance = chance;
  }

  async receive(connection: Connection, request: Announce | Answer): Promise<void> {
    const { infoHash: info_hash, peerId: peer_id } = request;
    const post = (to: string, message: object) =>
      this.#connections.send(to, { action: "announce", info_hash, ...message });
    if (request.kind === "answer") {
      const to = this.#sitting[this.#indexes.get(request.toPeerId) ?? -1];
      if (to) await post(to.connectionId, { answer: request.answer, offer_id: request.offerId, peer_id });
      return;
    }
    const receivers = this.#pick(peer_id, Math.min(request.numwant, request.offers.length));
    this.#sit({ peerId: peer_id, connectionId: connection.id });
    await post(connection.id, { interval: intervalSeconds, complete: 0, incomplete: this.#sitting.length });
    for (const [index, receiver] of receivers.entries()) {
      const offer = request.offers[index];
      await post(receiver.connectionId, { offer: offer?.offer, offer_id: offer?.offerId, peer_id });
    }
  }

  async leave(connection: Connection): Promise<void> {
    const [peerId = ""] = connection.id.split("/");
    const index = this.#indexes.get(peerId);
    if (index === undefined || this.#sitting[index]?.connectionId !== connection.id) return;
    const last = this.#sitting.pop();
    if (last && last.peerId !== peerId) {
      this.#sitting[index] = last;
      this.#indexes.set(last.peerId, index);
    }
    this.#indexes.delete(peerId);
  }

  #sit(sitting: Sitting): void {
    const index = this.#indexes.get(sitting.peerId) ?? this.#sitting.length;
    this.#sitting[index] = sitting;
    this.#indexes.set(sitting.peerId, index);
  }

  #pick(senderId: string, wanted: number): Sitting[] {
    const others = this.#sitting.length - (this.#indexes.has(senderId) ? 1 : 0);
    const picked = new Set<Sitting>();
    while (picked.size < Math.min(wanted, others)) {
      const one = this.#sitting[this.#chance.below(this.#sitting.length)];
      if (one && one.peerId !== senderId) picked.add(one);
    }
    return [...picked];
  }
}
