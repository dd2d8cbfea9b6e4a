/** Viewers' reports by real requests: what is oversized, late, repeated, forged or without a ticket. */

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { KeptReport } from "../../functions/insights/kept-report.ts";
import { readReports } from "../../functions/insights/store.ts";
import { openTable, type Table } from "../../functions/record/dynamodb.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { type Shoal, startShoal } from "../../local/shoal.ts";
import { keptReport, moment, sentReport } from "../doubles/reports.ts";

let shoal: Shoal;
let table: Table;
beforeAll(async () => {
  shoal = await startShoal({ host: "127.0.0.1", port: 0, streamKey: "key", withChannel: false });
  table = openTable({ ...LOCAL_AWS, name: "InsightsTable", endpoint: shoal.running.dynamoDbEndpoint });
});
afterAll(() => shoal?.stop());

interface Given {
  readonly ticket: string;
  readonly viewer: string;
}
let mine: Given;
let others: Given;
beforeEach(async () => {
  [mine, others] = [await ticketFrom(), await ticketFrom()];
});

async function ticketFrom(): Promise<Given> {
  return (await (await fetch(`${shoal.url}ticket`)).json()) as Given;
}

async function post(ticket: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${shoal.url}t/${ticket}/reports`, { method: "POST", body, headers });
  const text = await response.text();
  return { status: response.status, refused: text.startsWith("{") ? JSON.parse(text).refused : text };
}

const report = (changes: Partial<KeptReport> = {}) =>
  sentReport(keptReport({ from: moment(Date.now() - 61_000), startMs: 640, ...changes }));

async function kept(): Promise<KeptReport[]> {
  const minute = Math.floor(Date.now() / 60_000);
  const all = await readReports(table, minute - 60, minute + 1);
  return all.filter(({ viewer }) => [mine.viewer, others.viewer].includes(viewer));
}

const invoked = () => shoal.invocations["InsightsReportsFunction"] ?? 0;

test("a report is kept under the viewer of its ticket, whoever it says that it is", async () => {
  expect(await post(mine.ticket, report(), { "x-shoal-viewer": others.viewer })).toEqual({ status: 200 });
  expect((await kept()).map(({ viewer }) => viewer)).toEqual([mine.viewer]);
});

test("the same twice is one", async () => {
  const body = report();
  for (let time = 0; time < 2; time++) expect(await post(mine.ticket, body)).toEqual({ status: 200 });
  expect(await kept()).toHaveLength(1);
});

test.each([
  ["64 KB", () => `${report()}\n${"x".repeat(65_536)}`, 413, "too-large"],
  ["64 KB that would be read", () => report({ guard: "x".repeat(65_536) }), 413, "too-large"],
  ["an hour late", () => report({ from: moment(Date.now() - 3_600_000) }), 409, "late"],
  ["nothing", () => "", 400, "malformed"],
])("what is %s is refused, and nothing is kept", async (_, body, status, refused) => {
  expect(await post(mine.ticket, body())).toEqual({ status, refused });
  expect(await kept()).toEqual([]);
});

test("6 MB is refused as well, and the next report is taken", async () => {
  expect((await post(mine.ticket, "x".repeat(6_000_000))).status).toBe(413);
  expect(await post(mine.ticket, report())).toEqual({ status: 200 });
});

test("a ticket that nobody signed gets no further than the edge", async () => {
  const before = invoked();
  const [head = "", claims = "", signature = ""] = mine.ticket.split(".");
  const { exp, gen, aud } = JSON.parse(Buffer.from(claims, "base64url").toString());
  const other = Buffer.from(JSON.stringify({ aud, sub: others.viewer, exp, gen })).toString("base64url");
  for (const ticket of [
    `${head}.${other}.${signature}`,
    `${head}.${claims}.`,
    "made-up",
    `${head}.${claims}`,
  ])
    expect((await post(ticket, report())).status).toBe(401);
  expect(invoked()).toBe(before);
  expect(await kept()).toEqual([]);
});

test("a viewer's reports beyond six in a minute cost no write, whatever they say", async () => {
  const answers: unknown[] = [];
  for (let number = 0; number < 40; number++)
    answers.push((await post(mine.ticket, report({ number, session: `session${number % 10}` }))).refused);
  expect(answers.filter((refused) => refused === "too-often").length).toBeGreaterThanOrEqual(40 - 2 * 6);
  expect((await kept()).length).toBeLessThanOrEqual(2 * 6);
  expect(await post(others.ticket, report())).toEqual({ status: 200 });
});
