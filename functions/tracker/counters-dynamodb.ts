/** Keeps counts in the table of seats, an item for each name and window, which lapses with the window. */
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Caller, ConditionFailed, openClient } from "./dynamodb-client.ts";
import { type Counters, WINDOW_SECONDS } from "./limits.ts";

/** DynamoDB removes lapsed items within days; until then an old window's item is no trouble. */
const KEPT_SECONDS = 3600;

export class DynamoDbCounters implements Counters {
  readonly #dynamoDb: Caller<"UpdateItem">;
  readonly #table: string;

  constructor(dynamoDb: Caller<"UpdateItem">, table: string) {
    this.#dynamoDb = dynamoDb;
    this.#table = table;
  }

  async add(name: string, by: number, most: number, window: number): Promise<boolean> {
    try {
      await this.#dynamoDb("UpdateItem", {
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
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }
}

function number(value: number): { readonly N: string } {
  return { N: String(value) };
}

/** Counts by a client of its own, which can do nothing else. */
export function openCounters(table: string): Counters {
  return new DynamoDbCounters(openClient({ UpdateItem: UpdateItemCommand }, process.env), table);
}
