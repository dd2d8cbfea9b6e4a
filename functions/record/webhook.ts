/**
 * The webhook's settings, its queue and its log. What waits is of the kind `due`, so that a look at an empty queue costs
 * half a unit; what is over is of the kind `delivery`, for a month.
 */

import type { Delivery } from "./delivery.ts";
import {
  getItem,
  type Item,
  itemsOf,
  keyOf,
  newestOf,
  putItem,
  type Table,
  takeItem,
  textIn,
  versionIn,
} from "./dynamodb.ts";

export interface Webhook {
  readonly address: string;
  /** Signs what is sent; the receiver knows it too. */
  readonly secret: string;
}

/** A delivery in the queue, with the version that a change names. */
export interface Queued {
  readonly delivery: Delivery;
  readonly version: number;
}

const SETTINGS = keyOf("webhook", "settings");
const KEPT_SECONDS = 30 * 24 * 3600;
const SHOWN = 20;

/** Null if there is none. */
export async function readWebhook(table: Table): Promise<Webhook | null> {
  const item = await getItem(table, SETTINGS);
  return item ? (JSON.parse(textIn(item["value"])) as Webhook | null) : null;
}

export async function writeWebhook(table: Table, webhook: Webhook | null): Promise<void> {
  await putItem(table, { ...SETTINGS, value: { S: JSON.stringify(webhook) } });
}

/** Puts a delivery into the queue. Rejects with Overtaken when it is there already, in whatever state. */
export async function enqueue(table: Table, delivery: Delivery): Promise<void> {
  await putItem(table, itemOf("due", delivery), 0);
}

export async function waiting(table: Table, nowSeconds: number): Promise<readonly Queued[]> {
  return (await itemsOf(table, "due", nowSeconds)).map((item) => ({
    delivery: deliveryIn(item),
    version: versionIn(item),
  }));
}

/** Changes what waits, if nobody else has meanwhile; rejects with Overtaken otherwise. */
export async function keepWaiting(table: Table, delivery: Delivery, after: number): Promise<void> {
  await putItem(table, itemOf("due", delivery), after);
}

/** Takes a delivery out of the queue, into the log. */
export async function finish(table: Table, delivery: Delivery, nowSeconds: number): Promise<void> {
  await putItem(table, itemOf("delivery", delivery));
  await takeItem(table, keyOf("due", delivery.id), nowSeconds);
}

/** The last deliveries, the newest first, whether they wait or not. */
export async function lastDeliveries(table: Table, nowSeconds: number): Promise<readonly Delivery[]> {
  const [due, over] = await Promise.all([
    itemsOf(table, "due", nowSeconds),
    newestOf(table, "delivery", String.fromCharCode(0xffff), SHOWN),
  ]);
  const all = new Map([...due, ...over].map((item) => [textIn(item["id"]), deliveryIn(item)]));
  return [...all.values()].toSorted((one, other) => other.event.at - one.event.at).slice(0, SHOWN);
}

function itemOf(kind: string, delivery: Delivery): Item {
  return {
    ...keyOf(kind, delivery.id),
    value: { S: JSON.stringify(delivery) },
    expiresAt: { N: String(Math.floor(delivery.event.at / 1000) + KEPT_SECONDS) },
  };
}

function deliveryIn(item: Item): Delivery {
  return JSON.parse(textIn(item["value"])) as Delivery;
}
