/**
 * Keeps swarms in one DynamoDB table: a ring is a partition, and a seat's position in it the sort key (seat-items.ts).
 * A connection's item in its lan ring is also the register of its seats: deleting the item tells which seats to free.
 */
import type { DynamoDb } from "./dynamodb.ts";
import { ConditionFailed, type Item } from "./dynamodb-client.ts";
import { counted, estimateCount, SAMPLE_SIZE, sortable, WHOLE_RING_SIZE, WORLD_RINGS } from "./rings.ts";
import {
  connectionFrom,
  expiryOf,
  type HeldSeat,
  heldName,
  heldSeats,
  lanKey,
  lanRing,
  netItem,
  netKey,
  netRing,
  number,
  occupantFrom,
  positionOf,
  seatFrom,
  worldItem,
  worldKey,
  worldRing,
} from "./seat-items.ts";
import {
  CONNECTION_LIFE_SECONDS,
  type Connection,
  type Occupant,
  type Sample,
  type Seat,
  type Swarms,
} from "./swarms.ts";

/** When so many seats of a connection have lapsed, its next announce removes them, so that its item stays small. */
const MAX_LAPSED_SEATS = 16;

interface Stretch {
  readonly items: readonly Item[];
  /** The fraction of the way round from the start to the last item. */
  readonly span: number;
  readonly isWhole: boolean;
}

export class DynamoDbSwarms implements Swarms {
  readonly #dynamoDb: DynamoDb;
  readonly #table: string;
  readonly #nowSeconds: () => number;

  constructor(dynamoDb: DynamoDb, table: string, nowSeconds: () => number) {
    this.#dynamoDb = dynamoDb;
    this.#table = table;
    this.#nowSeconds = nowSeconds;
  }

  async find(infoHash: string, peerId: string): Promise<Seat | undefined> {
    const { Item } = await this.#dynamoDb("GetItem", {
      TableName: this.#table,
      Key: worldKey(infoHash, peerId),
    });
    return Item && this.#isLive(expiryOf(Item)) ? seatFrom(Item) : undefined;
  }

  async take(seat: Seat): Promise<number> {
    const { infoHash, peerId, connection } = seat;
    const { net } = connection.locality;
    const [held, before] = await Promise.all([
      this.#register(seat),
      this.#put(worldItem(seat)),
      net !== null && this.#put(netItem(seat, net)),
    ]);
    const holder = before && seatFrom(before).connection;
    if (holder && holder.id !== connection.id) await this.#vacateNear(infoHash, peerId, holder);
    const lapsed = held.filter(({ expiresAt }) => !this.#isLive(expiresAt));
    if (lapsed.length >= MAX_LAPSED_SEATS) {
      await Promise.all(lapsed.map((each) => this.leave(each.infoHash, each.peerId, connection)));
    }
    return held.length - lapsed.length;
  }

  async leave(infoHash: string, peerId: string, connection: Connection): Promise<boolean> {
    // The near seats go even if the world's is gone already: DynamoDB drops lapsed items one by one, and a throttled
    // write may have left one behind.
    const [sat] = await Promise.all([
      this.#vacate(worldKey(infoHash, peerId), connection),
      this.#vacateNear(infoHash, peerId, connection),
    ]);
    return sat;
  }

  async leaveAll(connection: Connection): Promise<number> {
    const { Attributes } = await this.#dynamoDb("DeleteItem", {
      TableName: this.#table,
      Key: lanKey(connection),
      ReturnValues: "ALL_OLD",
    });
    const { net } = connection.locality;
    const left = heldSeats(Attributes ?? {}).map(async ({ infoHash, peerId }) => {
      const [wasThere] = await Promise.all([
        this.#vacate(worldKey(infoHash, peerId), connection),
        net !== null && this.#vacate(netKey(infoHash, peerId, net), connection),
      ]);
      return wasThere;
    });
    return (await Promise.all(left)).filter(Boolean).length;
  }

  async sampleLan(infoHash: string, lan: string, start: number): Promise<readonly Occupant[]> {
    const { items } = await this.#stretch(lanRing(lan), start, SAMPLE_SIZE);
    return items.flatMap((item) => {
      const connection = connectionFrom(item, lan);
      return heldSeats(item)
        .filter((held) => held.infoHash === infoHash && this.#isLive(held.expiresAt))
        .map((held) => ({ ...held, connection }));
    });
  }

  async sampleNet(infoHash: string, net: string, start: number): Promise<readonly Occupant[]> {
    const { items } = await this.#stretch(netRing(infoHash, net), start, SAMPLE_SIZE);
    return items.map((item) => occupantFrom(item, net)).filter(({ expiresAt }) => this.#isLive(expiresAt));
  }

  async sampleWorld(infoHash: string, start: number): Promise<Sample> {
    const first = Math.floor(start * WORLD_RINGS);
    const stretch = await this.#stretch(worldRing(infoHash, first), start * WORLD_RINGS - first, SAMPLE_SIZE);
    const seats = this.#seatsIn(stretch.items);
    if (!stretch.isWhole) {
      const share = seats.length / stretch.items.length;
      return counted(seats, estimateCount(stretch.items.length, stretch.span) * share * WORLD_RINGS, false);
    }
    const others = Array.from({ length: WORLD_RINGS }, (_, ring) => ring).filter((ring) => ring !== first);
    const rest = await Promise.all(others.map((ring) => this.#readRing(infoHash, ring)));
    const all = [...seats, ...this.#seatsIn(rest.flat())];
    return counted(all, all.length, true);
  }

  async readAll(infoHash: string): Promise<Sample | undefined> {
    const rings = await Promise.all(
      Array.from({ length: WORLD_RINGS }, (_, ring) => this.#readRing(infoHash, ring)),
    );
    if (rings.some((items) => items.length >= WHOLE_RING_SIZE)) return undefined;
    const seats = this.#seatsIn(rings.flat());
    return counted(seats, seats.length, true);
  }

  /** The items of a small world ring. */
  #readRing(infoHash: string, ring: number): Promise<readonly Item[]> {
    return this.#query(worldRing(infoHash, ring), ">=", 0, WHOLE_RING_SIZE);
  }

  #seatsIn(items: readonly Item[]): Seat[] {
    return items.map(seatFrom).filter((seat) => this.#isLive(seat.expiresAt));
  }

  /** At most so many items of a ring, from a position on and round to it again. */
  async #stretch(ring: string, start: number, most: number): Promise<Stretch> {
    const ahead = await this.#query(ring, ">=", start, most);
    const isAtEnd = ahead.length < most;
    const behind = isAtEnd && start > 0 ? await this.#query(ring, "<", start, most - ahead.length) : [];
    const items = [...ahead, ...behind];
    const last = items.at(-1);
    const end = last === undefined ? start : positionOf(last);
    return { items, span: (end - start + 1) % 1, isWhole: items.length < most };
  }

  async #query(ring: string, side: ">=" | "<", start: number, most: number): Promise<readonly Item[]> {
    const { Items } = await this.#dynamoDb("Query", {
      TableName: this.#table,
      Limit: most,
      KeyConditionExpression: `ring = :ring AND seat ${side} :start`,
      ExpressionAttributeValues: { ":ring": { S: ring }, ":start": { S: sortable(start) } },
    });
    return Items ?? [];
  }

  /** Resolves to the item that was there before. */
  async #put(item: Item): Promise<Item | undefined> {
    const { Attributes } = await this.#dynamoDb("PutItem", {
      TableName: this.#table,
      Item: item,
      ReturnValues: "ALL_OLD",
    });
    return Attributes;
  }

  /** Enters a seat in the register; resolves to all seats that its connection holds. */
  async #register({ infoHash, peerId, connection, expiresAt }: Seat): Promise<HeldSeat[]> {
    const { net } = connection.locality;
    const { Attributes } = await this.#dynamoDb("UpdateItem", {
      TableName: this.#table,
      Key: lanKey(connection),
      UpdateExpression: `SET #held = :lapses, expiresAt = :expiresAt${net === null ? "" : ", net = :net"}`,
      ExpressionAttributeNames: { "#held": heldName(infoHash, peerId) },
      ExpressionAttributeValues: {
        ":lapses": number(expiresAt),
        ":expiresAt": number(Math.max(expiresAt, this.#nowSeconds() + CONNECTION_LIFE_SECONDS)),
        ...(net !== null && { ":net": { S: net } }),
      },
      ReturnValues: "ALL_NEW",
    });
    return heldSeats(Attributes ?? {});
  }

  /** Frees a seat in the network's ring and in the register, if this connection holds it there. */
  async #vacateNear(infoHash: string, peerId: string, connection: Connection): Promise<void> {
    const { net } = connection.locality;
    const forget = this.#dynamoDb("UpdateItem", {
      TableName: this.#table,
      Key: lanKey(connection),
      UpdateExpression: "REMOVE #held",
      ConditionExpression: "attribute_exists(#held)",
      ExpressionAttributeNames: { "#held": heldName(infoHash, peerId) },
    });
    await Promise.all([
      succeeded(forget),
      net !== null && this.#vacate(netKey(infoHash, peerId, net), connection),
    ]);
  }

  /** Deletes a seat if this connection holds it; resolves to whether it did. */
  #vacate(key: Item, connection: Connection): Promise<boolean> {
    const vacated = this.#dynamoDb("DeleteItem", {
      TableName: this.#table,
      Key: key,
      ConditionExpression: "#connection = :connection",
      ExpressionAttributeNames: { "#connection": "connection" },
      ExpressionAttributeValues: { ":connection": { S: connection.id } },
    });
    return succeeded(vacated);
  }

  #isLive(expiresAt: number): boolean {
    return expiresAt > this.#nowSeconds();
  }
}

/** Whether the condition of a write was met. */
async function succeeded(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
