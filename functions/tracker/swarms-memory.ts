/** Keeps swarms in memory, for a tracker that is a single process: the laptop's and the simulations'. */
import { OrderedSeats } from "./ordered-seats.ts";
import {
  counted,
  estimateCount,
  ringPositionOf,
  SAMPLE_SIZE,
  WHOLE_RING_SIZE,
  WORLD_RINGS,
} from "./rings.ts";
import type { Connection, Occupant, Sample, Seat, Swarms } from "./swarms.ts";

interface Swarm {
  readonly world: readonly OrderedSeats[];
  readonly nets: Map<string, OrderedSeats>;
}

/** Some consecutive seats of a ring, and how many the ring has. */
interface Stretch {
  readonly seats: Seat[];
  readonly count: number;
  readonly isWhole: boolean;
}

export class MemorySwarms implements Swarms {
  readonly #swarms = new Map<string, Swarm>();
  /** By address: the seats of all swarms, each at the position of its connection. */
  readonly #lans = new Map<string, OrderedSeats>();
  readonly #nowSeconds: () => number;

  /** `nowSeconds` is the clock that seats lapse by, in epoch seconds. */
  constructor(nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
  }

  async find(infoHash: string, peerId: string): Promise<Seat | undefined> {
    const seat = this.#seatOf(infoHash, peerId);
    return seat && this.#isLive(seat) ? seat : undefined;
  }

  async take(taken: Seat): Promise<number> {
    const { infoHash, peerId, connection } = taken;
    const before = this.#seatOf(infoHash, peerId);
    if (before) this.#vacate(before);
    const { ring, position } = ringPositionOf(peerId);
    const { lan, net } = connection.locality;
    const swarm = entry(this.#swarms, infoHash, newSwarm);
    swarm.world[ring]?.add(position, taken);
    if (net !== null) entry(swarm.nets, net, newRing).add(position, taken);
    entry(this.#lans, lan, newRing).add(ringPositionOf(connection.id).position, taken);
    return this.#heldBy(connection).filter((seat) => this.#isLive(seat)).length;
  }

  async leave(infoHash: string, peerId: string, connection: Connection): Promise<boolean> {
    const seat = this.#seatOf(infoHash, peerId);
    if (seat?.connection.id !== connection.id) return false;
    this.#vacate(seat);
    return true;
  }

  async leaveAll(connection: Connection): Promise<number> {
    const held = this.#heldBy(connection);
    for (const seat of held) this.#vacate(seat);
    return held.length;
  }

  async sampleLan(infoHash: string, lan: string, start: number): Promise<readonly Occupant[]> {
    const seats: Seat[] = [];
    const connections = new Set<string>();
    this.#lans.get(lan)?.from(start, (_, seat) => {
      connections.add(seat.connection.id);
      if (connections.size > SAMPLE_SIZE) return true;
      if (seat.infoHash === infoHash && this.#isLive(seat)) seats.push(seat);
      return false;
    });
    return seats;
  }

  async sampleNet(infoHash: string, net: string, start: number): Promise<readonly Occupant[]> {
    return this.#stretch(this.#swarms.get(infoHash)?.nets.get(net), start).seats;
  }

  async sampleWorld(infoHash: string, start: number): Promise<Sample> {
    const rings = this.#swarms.get(infoHash)?.world ?? [];
    const first = Math.floor(start * WORLD_RINGS);
    const stretch = this.#stretch(rings[first], start * WORLD_RINGS - first);
    if (!stretch.isWhole) return counted(stretch.seats, stretch.count * WORLD_RINGS, false);
    return this.#all(rings);
  }

  async readAll(infoHash: string): Promise<Sample | undefined> {
    const rings = this.#swarms.get(infoHash)?.world ?? [];
    return rings.every(({ size }) => size < WHOLE_RING_SIZE) ? this.#all(rings) : undefined;
  }

  #all(rings: readonly OrderedSeats[]): Sample {
    const seats = rings.flatMap((ring) => this.#stretch(ring, 0, Number.POSITIVE_INFINITY).seats);
    return counted(seats, seats.length, true);
  }

  #stretch(ring: OrderedSeats | undefined, start: number, most = SAMPLE_SIZE): Stretch {
    const seats: Seat[] = [];
    let seen = 0;
    let span = 0;
    ring?.from(start, (position, seat) => {
      seen++;
      span = position - start + (position < start ? 1 : 0);
      if (this.#isLive(seat)) seats.push(seat);
      return seen === most;
    });
    const isWhole = seen < most;
    return {
      seats,
      isWhole,
      count: isWhole ? seats.length : (estimateCount(seen, span) * seats.length) / seen,
    };
  }

  #seatOf(infoHash: string, peerId: string): Seat | undefined {
    const { ring, position } = ringPositionOf(peerId);
    const seats = this.#swarms.get(infoHash)?.world[ring]?.at(position);
    return seats?.find((seat) => seat.peerId === peerId);
  }

  #heldBy({ id, locality }: Connection): Seat[] {
    const seats = this.#lans.get(locality.lan)?.at(ringPositionOf(id).position) ?? [];
    return seats.filter((seat) => seat.connection.id === id);
  }

  #isLive(seat: Seat): boolean {
    return seat.expiresAt > this.#nowSeconds();
  }

  /** Removes a seat from all its rings, and empty rings from memory. */
  #vacate(seat: Seat): void {
    const { infoHash, peerId, connection } = seat;
    const { ring, position } = ringPositionOf(peerId);
    const { lan, net } = connection.locality;
    const swarm = entry(this.#swarms, infoHash, newSwarm);
    swarm.world[ring]?.delete(position, seat);
    if (net !== null) remove(swarm.nets, net, position, seat);
    remove(this.#lans, lan, ringPositionOf(connection.id).position, seat);
    if (swarm.world.every(({ size }) => size === 0)) this.#swarms.delete(infoHash);
  }
}

function remove(rings: Map<string, OrderedSeats>, name: string, position: number, seat: Seat): void {
  const ring = rings.get(name);
  ring?.delete(position, seat);
  if (ring?.size === 0) rings.delete(name);
}

function newRing(): OrderedSeats {
  return new OrderedSeats();
}

function newSwarm(): Swarm {
  return { world: Array.from({ length: WORLD_RINGS }, newRing), nets: new Map() };
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const created = create();
  map.set(key, created);
  return created;
}
