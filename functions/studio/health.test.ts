import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { studioServices } from "../../test/doubles/studio-services.ts";
import { writeHealth } from "../record/health.ts";
import type { Session } from "../record/session.ts";
import type { Health, ShowEvent } from "../record/show.ts";
import { writeShowEvent } from "../record/timeline.ts";
import { HEALTH } from "./health.ts";
import type { StudioRequest } from "./request.ts";
import { routeOf } from "./route.ts";

const SESSION: Session = { id: "x", role: "producer", device: "", startedAt: 0, expiresAt: 9 };
const NOW = 1_800_000_000;

let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const ask = async (path: string) => {
  const request: StudioRequest = {
    method: "GET",
    path,
    cookies: [],
    device: "",
    origin: "",
    body: undefined,
  };
  const services = studioServices({ table: tables.channelTable, now: () => NOW });
  return (await routeOf(HEALTH, "GET", path)?.(request, SESSION, services))?.body;
};

test("health is told as it was last judged", async () => {
  expect(await ask("health")).toBeNull();
  const known = { judgedAt: 1, isRunning: true, hasInput: true, hasInputMetrics: true };
  const health: Health = { ...known, findings: [], mailed: 0 };
  await writeHealth(tables.channelTable, health, 0);
  expect(await ask("health")).toEqual(health);
});

test("the timeline is told page by page, the newest first", async () => {
  expect(await ask("timeline")).toEqual([]);
  const events = Array.from({ length: 120 }, (_, index): ShowEvent => {
    return { at: NOW * 1000 - index, kind: "running", severity: "info", text: "On the air" };
  });
  await Promise.all(events.map((event) => writeShowEvent(tables.channelTable, event)));
  expect(await ask("timeline")).toEqual(events.slice(0, 100));
  expect(await ask(`timeline/${events[99]?.at}`)).toEqual(events.slice(100));
  await expect(ask("timeline/yesterday")).rejects.toThrow("number of milliseconds");
});
