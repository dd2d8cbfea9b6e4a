import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { keptReport, moment, viewerId } from "../../test/doubles/reports.ts";
import { guardSharing } from "./guarding.ts";
import { readRamp, writeRamp } from "./ramp-store.ts";
import type { Group } from "./report-shape.ts";

let tables: LocalTables;
let seconds = 1_800_000_000;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(() => {
  seconds += 100_000;
});

const ramp = async () => (await readRamp(tables.insightsTable)).kept;

/** Looks at what was reported of four minutes, from that many seconds on, in which all who share stalled. */
async function look(from: number, { isOn = true, deployed = 1 } = {}): Promise<void> {
  const at = (seconds + from) * 1000;
  const of = (group: Group, count: number, stalledMs: number) =>
    Array.from({ length: count }, (_, index) =>
      keptReport({
        viewer: viewerId(index / count, group === "control" ? 0 : 0.5),
        group,
        number: 3,
        from: moment(at),
        to: moment(at + 240_000, { watchedMs: 240_000, stalledMs }),
      }),
    );
  const reports = [...of("sharing", 60, 24_000), ...of("control", 6, 0)];
  await guardSharing(tables.insightsTable, { reports, nowSeconds: seconds + from + 250, isOn, deployed });
}

test("harm lowers the ramp once, and again if it goes on; in the end nobody shares, and that is all", async () => {
  await look(0);
  const since = (seconds + 250) * 1000;
  expect(await ramp()).toMatchObject({ ramp: 0.25, since, alarm: { metric: "interrupted" } });
  await look(10);
  expect(await ramp()).toMatchObject({ ramp: 0.25, since });
  await look(260);
  expect(await ramp()).toMatchObject({ ramp: 0.06 });
  await look(520);
  await look(780);
  expect(await ramp()).toMatchObject({ ramp: 0, since: (seconds + 770) * 1000 });
});

test("a guard that is off lets all share again, and minds nothing", async () => {
  await look(0);
  await look(50, { isOn: false });
  expect(await ramp()).toEqual({ ramp: 1, since: (seconds + 300) * 1000, alarm: null });
  await look(310, { isOn: false });
  expect(await ramp()).toMatchObject({ ramp: 1, since: (seconds + 300) * 1000 });
});

test("where the deployment lets fewer share already, it is a quarter of those", async () => {
  await look(0, { deployed: 0.5 });
  expect(await ramp()).toMatchObject({ ramp: 0.13 });
});

test("of two who see the same alarm one lowers the ramp, and a table that refuses is heard of", async () => {
  const { version } = await readRamp(tables.insightsTable);
  const kept = { ramp: 0.25, since: 5, alarm: null };
  await writeRamp(tables.insightsTable, kept, version);
  await writeRamp(tables.insightsTable, { ...kept, ramp: 0.06 }, version);
  expect(await ramp()).toEqual(kept);
  const nowhere = { ...tables.insightsTable, name: "NoTable" };
  await expect(writeRamp(nowhere, kept, 0)).rejects.toThrow("DynamoDB refuses");
});
