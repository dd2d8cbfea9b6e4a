// Keeps swarms in memory, for a tracker that is one process: the laptop's, and the simulations'.
import { OrderedSeats } from "./ordered-seats.ts";
import { counted, estimateCount, sampleSize, spotOf, worldRings } from "./rings.ts";
import type { Connection, Sample, Seat, Sitter, Swarms } from "./swarms.ts";

interface Swarm {
  readonly world: readonly OrderedSeats[];
  readonly nets: Map<string, OrderedSeats>;
}

/** `nowSeconds` is the clock by which seats lapse, in epoch seconds. */
export class MemorySwarms implements Swarms {
  readonly #swarms = new Map<string, Swarm>();
  /** By address, then by connection: the seats that each connection holds. */
  readonly #lans = new Map<string, Map<string, Seat[]>>();
  readonly #nowSeconds: () => number;

  constructor(nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
  }

  async find(infoHash: string, peerId: string): Promise<Seat | undefined> {
    const { ring, position } = spotOf(peerId);
    const seat = this.#swarms.get(infoHash)?.world[ring]?.get(position, peerId);
    return seat && this.#isLive(seat) ? seat : undefined;
  }

  async take(taken: Seat): Promise<number> {
    const { ring, position } = spotOf(taken.peerId);
    const before = this.#swarms.get(taken.infoHash)?.world[ring]?.get(position, taken.peerId);
    if (before) this.#vacate(before);
    const swarm = this.#swarm(taken.infoHash);
    swarm.world[ring]?.set(position, taken);
    const { lan, net } = taken.connection.place;
    if (net !== null) entry(swarm.nets, net, () => new OrderedSeats()).set(position, taken);
    const connections = entry(this.#lans, lan, () => new Map<string, Seat[]>());
    return entry(connections, taken.connection.id, () => []).push(taken);
  }

  async leave(infoHash: string, peerId: string, connection: Connection): Promise<boolean> {
    const { ring, position } = spotOf(peerId);
    const seat = this.#swarms.get(infoHash)?.world[ring]?.get(position, peerId);
    if (seat?.connection.id !== connection.id) return false;
    this.#vacate(seat);
    return true;
  }

  async leaveAll(connection: Connection): Promise<number> {
    const seats = this.#lans.get(connection.place.lan)?.get(connection.id) ?? [];
    const count = seats.length;
    for (const seat of [...seats]) this.#vacate(seat);
    return count;
  }

  async sampleLan(infoHash: string, lan: string, start: number): Promise<readonly Sitter[]> {
    const connections = [...(this.#lans.get(lan)?.values() ?? [])];
    const first = Math.floor(start * connections.length);
    return [...connections.slice(first), ...connections.slice(0, first)]
      .slice(0, sampleSize)
      .flat()
      .filter((seat) => seat.infoHash === infoHash && this.#isLive(seat));
  }

  async sampleNet(infoHash: string, net: string, start: number): Promise<readonly Sitter[]> {
    return this.#stretch(this.#swarms.get(infoHash)?.nets.get(net), start).seats;
  }

  async sampleWorld(infoHash: string, start: number): Promise<Sample> {
    const rings = this.#swarms.get(infoHash)?.world ?? [];
    const first = Math.floor(start * worldRings);
    const stretch = this.#stretch(rings[first], start * worldRings - first);
    if (!stretch.isWhole) return counted(stretch.seats, stretch.count * worldRings);
    const seats = rings.flatMap((ring) => this.#stretch(ring, 0, Number.POSITIVE_INFINITY).seats);
    return counted(seats, seats.length);
  }

  #stretch(ring: OrderedSeats | undefined, start: number, most = sampleSize) {
    const seats: Seat[] = [];
    let seen = 0;
    let span = 0;
    for (const { position, seat } of ring?.from(start) ?? []) {
      if (seen === most)
        return { seats, count: (estimateCount(seen, span) * seats.length) / seen, isWhole: false };
      seen++;
      span = position - start + (position < start ? 1 : 0);
      if (this.#isLive(seat)) seats.push(seat);
    }
    return { seats, count: seats.length, isWhole: true };
  }

  #isLive(seat: Seat): boolean {
    return seat.expiresAt > this.#nowSeconds();
  }

  #swarm(infoHash: string): Swarm {
    return entry(this.#swarms, infoHash, () => ({
      world: Array.from({ length: worldRings }, () => new OrderedSeats()),
      nets: new Map<string, OrderedSeats>(),
    }));
  }

  /** Takes a seat out of all its rings, and what stands empty then out of memory. */
  #vacate(seat: Seat): void {
    const { ring, position } = spotOf(seat.peerId);
    const { lan, net } = seat.connection.place;
    const swarm = this.#swarm(seat.infoHash);
    swarm.world[ring]?.delete(position, seat.peerId);
    const inNet = net === null ? undefined : swarm.nets.get(net);
    inNet?.delete(position, seat.peerId);
    if (net !== null && inNet?.size === 0) swarm.nets.delete(net);
    if (swarm.world.every((worldRing) => worldRing.size === 0)) this.#swarms.delete(seat.infoHash);

    const connections = this.#lans.get(lan);
    const held = connections?.get(seat.connection.id) ?? [];
    const kept = held.filter((other) => other.peerId !== seat.peerId || other.infoHash !== seat.infoHash);
    if (kept.length > 0) connections?.set(seat.connection.id, kept);
    else connections?.delete(seat.connection.id);
    if (connections?.size === 0) this.#lans.delete(lan);
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const created = create();
  map.set(key, created);
  return created;
}
