/** Delivers what happened to the webhook: puts it into the queue, sends what is due, and notes what came of it. */

import type { Delivery } from "../record/delivery.ts";
import { Overtaken, type Table } from "../record/dynamodb.ts";
import type { ShowEvent } from "../record/show.ts";
import {
  enqueue,
  finish,
  keepWaiting,
  type Queued,
  readWebhook,
  type Webhook,
  waiting,
} from "../record/webhook.ts";
import { afterAttempt } from "./retries.ts";
import type { Send } from "./send.ts";
import { signedHeaders } from "./signature.ts";

export interface DeliveryServices {
  readonly table: Table;
  readonly send: Send;
  /** Between 0 and 1. */
  readonly chance: () => number;
}

/** Longer than an attempt takes. Who sends a delivery has it so long for itself. */
const CLAIM_MILLISECONDS = 30_000;
/** As many as one run has time for, at once. */
const AT_ONCE = 20;

/** Queues these events, if there is a webhook. An event that comes again is queued once, as long as it waits. */
export async function queueEvents(table: Table, events: readonly ShowEvent[]): Promise<void> {
  if (events.length === 0 || !(await readWebhook(table))) return;
  await Promise.all(events.map((event) => queue(table, event)));
}

/** Sends what is due, if there is a webhook. `now` is in milliseconds. */
export async function deliverDue(services: DeliveryServices, now: number): Promise<void> {
  const due = (await waiting(services.table, seconds(now)))
    .filter(({ delivery }) => Number(delivery.dueAt) <= now)
    .slice(0, AT_ONCE);
  const webhook = due.length > 0 ? await readWebhook(services.table) : null;
  if (webhook) await Promise.all(due.map((each) => attempt(services, webhook, each, now)));
}

/** Sends this event now, and tells what came of it; null if there is no webhook. */
export async function deliverNow(
  services: DeliveryServices,
  event: ShowEvent,
  now: number,
): Promise<Delivery | null> {
  const webhook = await readWebhook(services.table);
  if (!webhook) return null;
  const delivery = await queue(services.table, event);
  return attempt(services, webhook, { delivery, version: 1 }, now);
}

async function queue(table: Table, event: ShowEvent): Promise<Delivery> {
  const id = `${event.at}-${event.kind.replaceAll(/[^\w-]+/g, "-")}`;
  const delivery: Delivery = {
    id,
    event,
    state: "waiting",
    attempts: 0,
    dueAt: event.at,
    triedAt: null,
    answer: "",
  };
  await unlessOvertaken(enqueue(table, delivery));
  return delivery;
}

/** Null if somebody else is at it. */
async function attempt(
  { table, send, chance }: DeliveryServices,
  webhook: Webhook,
  { delivery, version }: Queued,
  now: number,
): Promise<Delivery | null> {
  const claim = { ...delivery, dueAt: now + CLAIM_MILLISECONDS };
  if (!(await unlessOvertaken(keepWaiting(table, claim, version)))) return null;
  const { at, ...event } = delivery.event;
  const body = JSON.stringify({ type: "shoal.event", timestamp: new Date(at).toISOString(), data: event });
  const headers = {
    "content-type": "application/json",
    "user-agent": "Shoal",
    ...signedHeaders(delivery.id, seconds(now), body, webhook.secret),
  };
  const outcome = await send({ address: webhook.address, headers, body });
  const after = afterAttempt(delivery, outcome, now, chance());
  if (after.state === "waiting") await keepWaiting(table, after, version + 1);
  else await finish(table, after, seconds(now));
  return after;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** Whether it was done; false if somebody else was faster. */
async function unlessOvertaken(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}
