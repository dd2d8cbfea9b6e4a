/** Who watches by a personal link: a seat for each viewer at a time, in the tracker's table, which lapses with its ticket. */

import { ConditionFailed, type Item } from "../tracker/dynamodb-client.ts";
import type { DynamoDb } from "./dynamodb.ts";
import type { Link } from "./links.ts";

export class LinkSeats {
  readonly #dynamoDb: DynamoDb;
  readonly #table: string;
  readonly #nowSeconds: () => number;

  constructor(dynamoDb: DynamoDb, table: string, nowSeconds: () => number) {
    this.#dynamoDb = dynamoDb;
    this.#table = table;
    this.#nowSeconds = nowSeconds;
  }

  /** Gives the viewer a seat until then, the one that it has already if there is one. Resolves to whether there was one. */
  async take({ id, seats }: Link, viewer: string, until: number): Promise<boolean> {
    const { Items = [] } = await this.#dynamoDb("Query", {
      TableName: this.#table,
      KeyConditionExpression: "ring = :ring",
      ExpressionAttributeValues: { ":ring": { S: ringOf(id) } },
    });
    for (const seat of seatsInOrder(Items, seats, viewer)) {
      if (await this.#sit(id, seat, viewer, until)) return true;
    }
    return false;
  }

  /** Two viewers may reach for one seat at the same time: the table decides. */
  async #sit(id: string, seat: string, viewer: string, until: number): Promise<boolean> {
    try {
      await this.#dynamoDb("PutItem", {
        TableName: this.#table,
        Item: {
          ring: { S: ringOf(id) },
          seat: { S: seat },
          viewer: { S: viewer },
          expiresAt: { N: String(until) },
        },
        ConditionExpression: "attribute_not_exists(ring) OR viewer = :viewer OR expiresAt <= :now",
        ExpressionAttributeValues: {
          ":viewer": { S: viewer },
          ":now": { N: String(Math.floor(this.#nowSeconds())) },
        },
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }
}

/** A viewer's own seat alone, or every seat of the link: the table says which are free. */
function seatsInOrder(items: readonly Item[], seats: number, viewer: string): string[] {
  const own = items.find((item) => textIn(item, "viewer") === viewer);
  if (own) return [textIn(own, "seat")];
  return Array.from({ length: seats }, (_, seat) => String(seat));
}

function textIn(item: Item, name: string): string {
  const value = item[name];
  return value !== undefined && "S" in value ? value.S : "";
}

function ringOf(id: string): string {
  return `link#${id}`;
}
