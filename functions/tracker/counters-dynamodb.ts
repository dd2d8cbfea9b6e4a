/** Keeps counts in the table of seats, an item for each name and window, which lapses with the window. */
import { ConditionFailed, type DynamoDb, type Item } from "./dynamodb.ts";
import { type Counters, WINDOW_SECONDS } from "./limits.ts";

/** DynamoDB removes lapsed items within days; until then an old window's item is no trouble. */
const KEPT_SECONDS = 3600;

export class DynamoDbCounters implements Counters {
  readonly #dynamoDb: DynamoDb;
  readonly #table: string;

  constructor(dynamoDb: DynamoDb, table: string) {
    this.#dynamoDb = dynamoDb;
    this.#table = table;
  }

  async add(name: string, by: number, most: number, window: number): Promise<number | null> {
    try {
      const { Attributes = {} } = await this.#dynamoDb("UpdateItem", {
        TableName: this.#table,
        Key: { ring: { S: `limit#${name}` }, seat: { S: String(window) } },
        UpdateExpression: "SET expiresAt = :expiresAt ADD #count :by",
        ConditionExpression: "attribute_not_exists(#count) OR #count <= :room",
        ExpressionAttributeNames: { "#count": "count" },
        ExpressionAttributeValues: {
          ":expiresAt": number((window + 1) * WINDOW_SECONDS + KEPT_SECONDS),
          ":by": number(by),
          ":room": number(most - by),
        },
        ReturnValues: "ALL_NEW",
      });
      return countIn(Attributes);
    } catch (error) {
      if (error instanceof ConditionFailed) return null;
      throw error;
    }
  }
}

function countIn(item: Item): number {
  const count = item["count"];
  return count !== undefined && "N" in count ? Number(count.N) : 0;
}

function number(value: number): { readonly N: string } {
  return { N: String(value) };
}
