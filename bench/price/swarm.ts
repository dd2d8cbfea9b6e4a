/** Fills a DynamoDB table with a swarm, in the items that the tracker itself would write. */

import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { netItem, worldItem } from "../../functions/tracker/seat-items.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";

/** Items that one request may write. */
const BATCH_SIZE = 25;
const NETWORKS = 50;

/** The viewers are in as many networks as a large audience, each behind an address of its own. */
export async function fillSwarm(
  endpoint: string,
  table: string,
  infoHash: string,
  size: number,
): Promise<void> {
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint });
  const items = Array.from({ length: size }, (_, number) => itemsOf(infoHash, number)).flat();
  for (let at = 0; at < items.length; at += BATCH_SIZE) {
    const requests = items.slice(at, at + BATCH_SIZE).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
  client.destroy();
}

export function networkOf(number: number): string {
  return `DE-${number % NETWORKS}`;
}

function itemsOf(infoHash: string, number: number): Record<string, AttributeValue>[] {
  const net = networkOf(number);
  const seat = {
    infoHash,
    peerId: `resident ${number}`.padEnd(20, "-"),
    connection: {
      id: `L0SM9cOF${String(number).padStart(7, "0")}=`,
      locality: { lan: String(number).padStart(12), net },
    },
    isSeeder: false,
    takenAt: 1_800_000_000,
    othersWhenHelped: 1000,
    helpedAt: 1_800_000_000,
    expiresAt: 2_000_000_000,
  };
  return [
    { ...worldItem(seat) } as Record<string, AttributeValue>,
    { ...netItem(seat, net) } as Record<string, AttributeValue>,
  ];
}
