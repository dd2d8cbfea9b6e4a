import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { openTable, type Table } from "../record/dynamodb.ts";
import type { ShowEvent } from "../record/show.ts";
import { lastDeliveries, readWebhook, waiting, writeWebhook } from "../record/webhook.ts";
import { deliverDue, deliverNow, queueEvents } from "./deliver.ts";
import type { Outcome } from "./retries.ts";
import type { Message } from "./send.ts";

const NOON = Date.UTC(2026, 10, 20, 12);

let tables: LocalTables;
let table: Table;
const send = vi.fn<(message: Message) => Promise<Outcome>>();
const services = () => ({ table, send, chance: () => 0.5 });
/** Each test has its own moment, since all share the table. */
let now = NOON;
const event = (kind: string): ShowEvent => ({
  at: now,
  kind,
  severity: "error",
  text: "Something is wrong.",
});
const states = async () =>
  (await lastDeliveries(table, now / 1000)).map(({ event: { kind }, state, attempts, answer }) => ({
    kind,
    state,
    attempts,
    answer,
  }));

beforeAll(async () => {
  tables = await startTables();
  table = tables.channelTable;
});
afterAll(() => tables.stop());
beforeEach(async () => {
  now += 24 * 3600 * 1000;
  send.mockReset().mockResolvedValue({ status: 204 });
  await writeWebhook(table, { address: "https://hooks.example.com/", secret: "whsec_c2VjcmV0" });
});

test("without a webhook nothing is queued, sent, or shown", async () => {
  await writeWebhook(table, null);
  expect(await readWebhook(table)).toBeNull();
  await queueEvents(table, [event("no-audio-0")]);
  await deliverDue(services(), now);
  expect(await deliverNow(services(), event("test"), now)).toBeNull();
  expect(send).not.toHaveBeenCalled();
  expect(await states()).toEqual([]);
});

test("a queue that can't be written is an error", async () => {
  const real = fetch;
  const refusing = vi.spyOn(globalThis, "fetch").mockImplementation(async (address, options) => {
    const isWrite = new Headers(options?.headers).get("x-amz-target")?.endsWith(".PutItem");
    return isWrite ? new Response('{"__type":"AccessDenied"}', { status: 400 }) : real(address, options);
  });
  await expect(queueEvents(table, [event("no-audio-0")])).rejects.toThrow("AccessDenied");
  refusing.mockRestore();
});

test("what happened is sent signed, once, and noted", async () => {
  await queueEvents(table, [event("no-audio-0")]);
  await queueEvents(table, [event("no-audio-0")]);
  await Promise.all([deliverDue(services(), now), deliverDue(services(), now)]);
  expect(send).toHaveBeenCalledTimes(1);
  const [{ address, headers, body }] = send.mock.calls[0] ?? [{ address: "", headers: {}, body: "" }];
  expect(address).toBe("https://hooks.example.com/");
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "webhook-id": `${now}-no-audio-0`,
    "webhook-timestamp": String(now / 1000),
    "webhook-signature": expect.stringMatching(/^v1,/),
  });
  expect(JSON.parse(body)).toEqual({
    type: "shoal.event",
    timestamp: new Date(now).toISOString(),
    data: { kind: "no-audio-0", severity: "error", text: "Something is wrong." },
  });
  expect(await states()).toEqual([
    { kind: "no-audio-0", state: "delivered", attempts: 1, answer: "It answered 204." },
  ]);
});

test("a receiver that fails twice gets it with the third attempt, each when it is due", async () => {
  send.mockResolvedValueOnce({ status: 500 }).mockResolvedValueOnce({ error: "It can't be reached." });
  await queueEvents(table, [event("stopped")]);
  await deliverDue(services(), now);
  await deliverDue(services(), now + 44_000);
  expect(send).toHaveBeenCalledTimes(1);
  await deliverDue(services(), now + 45_000);
  expect((await states())[0]).toMatchObject({
    state: "waiting",
    attempts: 2,
    answer: "It can't be reached.",
  });
  await deliverDue(services(), now + 45_000 + 240_000);
  expect(send).toHaveBeenCalledTimes(3);
  expect(new Set(send.mock.calls.map(([{ headers }]) => headers["webhook-id"])).size).toBe(1);
  expect((await states())[0]).toMatchObject({ state: "delivered", attempts: 3 });
  expect(await waiting(table, now / 1000)).toEqual([]);
});

test("a test is sent at once, and what came of it is told", async () => {
  expect(await deliverNow(services(), event("test"), now)).toMatchObject({ state: "delivered" });
  send.mockResolvedValue({ status: 404 });
  now += 1;
  expect(await deliverNow(services(), event("test"), now)).toMatchObject({
    state: "waiting",
    answer: "It answered 404.",
  });
  // The same once more: it waits already, and the attempt before has changed it.
  expect(await deliverNow(services(), event("test"), now)).toBeNull();
});

test("a table that can't be reached is no answer", async () => {
  const away = openTable({ ...LOCAL_AWS, name: "Nowhere", endpoint: tables.endpoint });
  await expect(deliverDue({ ...services(), table: away }, now)).rejects.toThrow("DynamoDB refuses");
});
