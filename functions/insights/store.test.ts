import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import sent from "../../events/insights/report.json" with { type: "json" };
import { INSIGHTS_TABLE, type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { keptReport, MINUTE, moment, NOW, sentReport, viewerId } from "../../test/doubles/reports.ts";
import { Overtaken, type Table } from "../record/dynamodb.ts";
import { sumLastHour, usageSince } from "./hour-sums.ts";
import { paceOf } from "./pace.ts";
import { countReports, paceStoreIn, readPace, writePace } from "./pace-store.ts";
import { Pacekeeper } from "./pacekeeper.ts";
import { readRamp, writeRamp } from "./ramp-store.ts";
import { figuresBetween, newestReports, rollUp } from "./roll-up.ts";
import { keepFigures, keepReport, readFigures, readReports } from "./store.ts";

let tables: LocalTables;
let table: Table;
beforeAll(async () => {
  tables = await startTables();
  table = tables.insightsTable;
});
afterAll(() => tables.stop());

const SECONDS = NOW / 1000;
let minute = MINUTE;
beforeEach(() => {
  minute += 1_000;
});
const ms = () => minute * 60_000;
const rolledUp = async (seconds: number) => rollUp(table, await newestReports(table, seconds), seconds);
const inMinute = (changes = {}) => keptReport({ from: moment(ms()), ...changes });

describe("reports", () => {
  test("are read by their minutes, each once however often it was kept", async () => {
    const [one, two] = [
      inMinute({ viewer: viewerId(0.1) }),
      inMinute({ viewer: viewerId(0.2), errors: ["offline"] }),
    ];
    for (const report of [one, two, one]) await keepReport(table, report, SECONDS);
    const found = await readReports(table, minute + 1, minute + 1);
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([one, two]));
    expect(await readReports(table, minute + 2, minute + 9)).toEqual([]);
    expect(await readReports(table, minute - 9, minute)).toEqual([]);
  });

  test("are read whole where they don't fit into one answer of DynamoDB's", async () => {
    const errors = Array.from({ length: 10 }, () => "x".repeat(20_000));
    const reports = Array.from({ length: 8 }, (_, index) =>
      inMinute({ viewer: viewerId(index / 8), errors }),
    );
    await Promise.all(reports.map((report) => keepReport(table, report, SECONDS)));
    expect(await readReports(table, minute, minute + 1)).toHaveLength(8);
  });
});

describe("minutes", () => {
  const roll = (later: number) => rolledUp((minute + later) * 60);
  const figures = (first: number, last: number, later: number) =>
    figuresBetween(table, { first: minute + first, last: minute + last, nowSeconds: (minute + later) * 60 });
  const viewersIn = async (...range: readonly [number, number, number]) =>
    (await figures(...range)).map(({ viewers }) => viewers);

  test("are told at once, and the same after they were rolled up, twice as well as once", async () => {
    await keepReport(table, inMinute({ isLast: true }), SECONDS);
    const fresh = await figures(0, 1, 1);
    expect(fresh).toMatchObject([
      { minute, viewers: 1 },
      { minute: minute + 1, viewers: 0 },
    ]);
    for (let time = 0; time < 2; time++) await roll(2);
    expect(await readFigures(table, minute, minute + 1)).toEqual(fresh);
    expect(await figures(0, 1, 2)).toEqual(fresh);
    expect(await figures(0, 1, 5_000)).toEqual(fresh);
  });

  test("take up what comes late, until no more can", async () => {
    await keepReport(table, inMinute({ isLast: true }), SECONDS);
    await roll(1);
    expect(await viewersIn(0, 0, 1)).toEqual([1]);
    await keepReport(table, inMinute({ viewer: viewerId(0.5), isLast: true }), SECONDS);
    await roll(14);
    expect(await viewersIn(0, 0, 14)).toEqual([2]);
    await keepReport(table, inMinute({ viewer: viewerId(0.6), isLast: true }), SECONDS);
    await roll(20);
    expect(await viewersIn(0, 0, 20)).toEqual([2]);
  });

  test("that nobody rolled up are told of a quarter of an hour", async () => {
    await keepReport(table, inMinute(), SECONDS);
    expect(await viewersIn(-60, 5, 5)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await figures(0, 5, 40)).toEqual([]);
  });

  test("are kept for 13 months", async () => {
    await keepReport(table, inMinute({ isLast: true }), SECONDS);
    const [fresh] = await figures(0, 0, 1);
    if (fresh) await keepFigures(table, fresh);
    expect(await readFigures(table, minute, minute)).toEqual([fresh]);
  });
});

describe("hours", () => {
  test("are summed up when no report of them can come any more, twice as well as once", async () => {
    const hour = Math.ceil(minute / 60) + 1;
    const at = hour * 3_600_000 + 600_000;
    const to = moment(at + 60_000, { watchedMs: 60_000, bytesFromCdn: 1e9, bytesFromPeers: 3e9 });
    await keepReport(table, keptReport({ from: moment(at), to, isLast: true }), SECONDS);
    await rolledUp(hour * 3_600 + 720);
    const usage = { hoursWatched: 1 / 60, gigabytesFromCdn: 1, gigabytesFromPeers: 3 };
    const since = (first: number, seconds: number) => usageSince(table, first, hour * 3_600 + seconds);
    expect(await since(hour, 720)).toEqual(usage);
    expect(await since(hour, 7_200)).toEqual({ hoursWatched: 0, gigabytesFromCdn: 0, gigabytesFromPeers: 0 });
    for (const seconds of [4_740, 4_800, 6_600]) await sumLastHour(table, hour * 3_600 + seconds);
    expect(await since(hour - 100, 5_400)).toEqual(usage);
    expect(await since(hour, 72_000)).toEqual(usage);
    expect(await since(hour + 1, 72_000)).toMatchObject({ hoursWatched: 0 });
    await sumLastHour(table, (hour + 50) * 3_600 + 1_200);
  });
});

describe("the pace", () => {
  test("is everybody's at first, and the last that was written", async () => {
    expect(await readPace(table)).toEqual({ pace: { probability: 1, window: 0 }, version: 0 });
    await writePace(table, { probability: 0.5, window: 7 }, 0);
    expect(await readPace(table)).toEqual({ pace: { probability: 0.5, window: 7 }, version: 1 });
    await expect(writePace(table, { probability: 1, window: 8 }, 0)).rejects.toThrow(Overtaken);
    await writePace(table, { probability: 1, window: 8 }, 1);
  });

  test("counts add up over instances", async () => {
    expect(await countReports(table, 1, 3, SECONDS)).toBe(3);
    expect(await countReports(table, 1, 4, SECONDS)).toBe(7);
  });

  test("falls for all instances when together they count too many, and one of two who see it writes", async () => {
    const [one, other] = [new Pacekeeper(paceStoreIn(table)), new Pacekeeper(paceStoreIn(table))];
    const report = { viewer: viewerId(0.01), isLast: false, number: 1, standsFor: 1 };
    await one.count(report, SECONDS);
    for (let time = 0; time < 78; time++) await one.count(report, SECONDS + 0.5);
    expect(await one.count({ ...report, isLast: true }, SECONDS + 0.6)).toEqual(
      paceOf({ probability: 1, window: 0 }, 1),
    );
    expect(await one.count({ ...report, viewer: viewerId(0.99) }, SECONDS + 2)).toMatchObject({
      probability: 0.5,
    });
    expect(await other.count(report, SECONDS + 3)).toMatchObject({ probability: 0.5 });
    const write = vi.spyOn(globalThis, "fetch");
    onTestFinished(() => write.mockRestore());
    const overtaken = new Response("ConditionalCheckFailedException", { status: 400 });
    const answers = [
      Response.json({ Attributes: { amount: { N: "80" } } }),
      Response.json({}),
      Response.json({}),
      overtaken,
    ];
    write.mockImplementation(async () => answers.shift() as Response);
    expect(await new Pacekeeper(paceStoreIn(table)).count(report, SECONDS)).toMatchObject({
      probability: 0.5,
    });
    answers.push(
      Response.json({ Attributes: { amount: { N: "80" } } }),
      Response.json({}),
      Response.json({}),
      new Response("AccessDenied", { status: 400 }),
    );
    await expect(new Pacekeeper(paceStoreIn(table)).count(report, SECONDS)).rejects.toThrow(
      "DynamoDB refuses",
    );
  });
});

test("SharingGuard's ramp is told with the pace, until it is over", async () => {
  const report = { viewer: viewerId(0.01), isLast: false, number: 1, standsFor: 1 };
  const { version } = await readRamp(table);
  await writeRamp(table, { ramp: 0.25, since: NOW, alarm: null }, version);
  const pacekeeper = new Pacekeeper(paceStoreIn(table));
  expect((await pacekeeper.count(report, SECONDS + 60)).ramp).toBe(0.25);
  expect((await pacekeeper.count(report, SECONDS + 43_200)).ramp).toBe(1);
});

describe("the functions", () => {
  const load = async (INSIGHTS = "on") => {
    const environment = {
      ...tables.environment,
      INSIGHTS_TABLE,
      INSIGHTS,
      AWS_LAMBDA_FUNCTION_NAME: "roll-up",
      SHARING_CONTROL: "0.02",
      SHARING_GUARD: "on",
      SHARING_RAMP: "1",
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.resetModules();
    const [{ handler: report }, { handler: roll }] = await Promise.all([
      import("./handler.ts"),
      import("./roll-up-handler.ts"),
    ]);
    const post = async (changes: object) =>
      (await report({ ...sent, ...changes } as unknown as LambdaFunctionURLEvent)) as Exclude<
        LambdaFunctionURLResult,
        string
      >;
    return { post, roll };
  };

  test("take a report as CloudFront brings it, and make figures of it", async () => {
    await writePace(table, { probability: 1, window: 0 }, (await readPace(table)).version);
    const { post, roll } = await load();
    const now = Date.now();
    const [viewer, at] = [String(sent.headers["x-shoal-viewer"]), Math.floor(now / 60_000)];
    const body = sentReport(keptReport({ from: moment(now - 60_000), isLast: true }));
    const base64 = Buffer.from(body).toString("base64");
    for (const changes of [{ body }, { body: base64, isBase64Encoded: true }]) {
      const answer = await post(changes);
      expect(answer).toMatchObject({ statusCode: 200, headers: { "cache-control": "no-store" } });
      expect(JSON.parse(answer.body ?? "")).toMatchObject({ pace: { seconds: 240 } });
    }
    expect(await readReports(table, at - 1, at + 1)).toMatchObject([
      { viewer, where: { country: "DE", network: "3320", browser: "Chrome", device: "computer" } },
    ]);
    await roll({ time: new Date(now + 120_000).toISOString() });
    expect((await readFigures(table, at - 2, at)).length).toBeGreaterThan(0);
  });

  test("keep nothing where the deployment wants no reports, and players learn that by the answer", async () => {
    const { post } = await load("off");
    const { version } = await readPace(table);
    const { statusCode, body } = await post({
      body: sentReport(keptReport({ from: moment(Date.now() - 60_000) })),
    });
    expect([statusCode, JSON.parse(body ?? "")]).toMatchObject([
      200,
      { refused: "not-asked", pace: { probability: 0, seconds: 240 } },
    ]);
    expect((await readPace(table)).version).toBe(version);
  });

  test("answer nothing else", async () => {
    const { post } = await load();
    const { "x-shoal-viewer": _, ...headers } = sent.headers;
    const get = { requestContext: { http: { method: "GET" } } };
    for (const changes of [{ rawPath: "/elsewhere" }, get, { headers }])
      expect(await post(changes)).toMatchObject({ statusCode: 404 });
    expect(await post({ body: undefined })).toMatchObject({ statusCode: 400 });
  });
});
