// Fills a DynamoDB table with a swarm, in the items that the tracker itself would have written.

import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { netItem, worldItem } from "../../functions/tracker/seat-items.ts";
import { LOCAL_CREDENTIALS } from "../../local/dynamodb.ts";

/** What one request may write. */
const batch = 25;
const networks = 50;

/** Viewers in as many networks as a large audience has, none behind the same address. */
export async function fillSwarm(
  endpoint: string,
  table: string,
  infoHash: string,
  size: number,
): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS });
  const items = Array.from({ length: size }, (_, number) => itemsOf(infoHash, number)).flat();
  for (let at = 0; at < items.length; at += batch) {
    const requests = items.slice(at, at + batch).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
  client.destroy();
}

export function networkOf(number: number): string {
  return `DE-${number % networks}`;
}

function itemsOf(infoHash: string, number: number): Record<string, AttributeValue>[] {
  const net = networkOf(number);
  const seat = {
    infoHash,
    peerId: `resident ${number}`.padEnd(20, "-"),
    connection: {
      id: `L0SM9cOF${String(number).padStart(7, "0")}=`,
      place: { lan: String(number).padStart(12), net },
    },
    isSeeder: false,
    takenAt: 1_800_000_000,
    met: 1000,
    metAt: 1_800_000_000,
    expiresAt: 2_000_000_000,
  };
  return [
    { ...worldItem(seat) } as Record<string, AttributeValue>,
    { ...netItem(seat, net) } as Record<string, AttributeValue>,
  ];
}
