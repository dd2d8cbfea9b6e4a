/** The handler with the environment that the template gives it, against CloudWatch and the table on this machine. */

import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type CloudWatch, startCloudWatch } from "../../local/cloudwatch.ts";
import { type ControlApi, startControlApi } from "../../local/medialive/control-api.ts";
import { type Sns, startSns } from "../../local/sns.ts";
import { INSIGHTS_TABLE, type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { writeRamp } from "../insights/ramp-store.ts";
import { readHealth } from "../record/health.ts";
import { readBroadcast, writeBroadcast } from "../record/record.ts";
import { readTimeline } from "../record/timeline.ts";
import type { ChannelEvent } from "./broadcast.ts";

const NOW = Date.parse("2026-11-20T20:15:00Z");

let tables: LocalTables;
let cloudWatch: CloudWatch;
let mediaLive: ControlApi;
let sns: Sns;
/** Subjects of e-mails. */
let mails: string[];
let handler: (event: ChannelEvent) => Promise<void>;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  mails = [];
  [cloudWatch, mediaLive, sns] = await Promise.all([
    startCloudWatch(),
    startControlApi(),
    startSns((subject) => mails.push(subject)),
  ]);
  const channel = { state: "RUNNING", start: async () => {}, stop: async () => {} } as const;
  mediaLive.add({ id: "1", name: "shoal", tags: {}, channel });
  const variables = {
    ...tables.environment,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
    CHANNEL_ID: "1",
    PRIVATE_WEBHOOKS: "refused",
    CHANNEL_TABLE: "ChannelTable",
    INSIGHTS_TABLE,
    CHANNEL_GROUP: "shoal",
    DISTRIBUTION_ID: "E1",
    INPUT_METRICS: "none",
    NOTICES_TOPIC: "arn:aws:sns:us-east-1:000000000000:notices",
    AWS_ENDPOINT_URL_SNS: sns.endpoint,
    AWS_ENDPOINT_URL_MEDIALIVE: mediaLive.endpoint,
    TOP_BITS_PER_SECOND: "3000000",
    TOP_HEIGHT: "720",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  // A handler reads its environment when it is loaded.
  vi.resetModules();
  ({ handler } = await import("./health-handler.ts"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([cloudWatch, mediaLive, sns].map((service) => service.stop()));
});

const eventOf = (name: string): ChannelEvent =>
  JSON.parse(readFileSync(new URL(`../../events/channel/${name}.json`, import.meta.url), "utf8"));
const kindsBefore = async (at: number) =>
  (await readTimeline(tables.channelTable, at)).map(({ kind }) => kind);

/** The channel runs, or not, and for five minutes nothing has come in. */
async function runs(isRunning: boolean): Promise<void> {
  const { version } = await readBroadcast(tables.channelTable);
  const moments = { changedAt: NOW, stateAt: NOW, alertsAt: {} };
  const broadcast = { isRunning, pipelines: 1, waiting: [], hadPicture: false, ...moments };
  await writeBroadcast(tables.channelTable, broadcast, version);
  const dimensions = { ChannelId: "1", Pipeline: "0" };
  for (let minute = 1; minute <= 5; minute++) {
    const metric = { namespace: "AWS/MediaLive", name: "ActiveAlerts", dimensions };
    cloudWatch.record(metric, 0, NOW / 1000 - minute * 60);
  }
}

test("a channel that doesn't run is looked at no further, and that is kept once", async () => {
  await handler(eventOf("auto-stop"));
  const kept = await readHealth(tables.channelTable);
  expect(kept).toMatchObject({ value: { isRunning: false, judgedAt: NOW }, version: 1 });
  await handler(eventOf("auto-stop"));
  expect((await readHealth(tables.channelTable)).version).toBe(1);
});

test("what is found while it runs is kept, and told in the timeline", async () => {
  await runs(true);
  await handler(eventOf("auto-stop"));
  const { value } = await readHealth(tables.channelTable);
  expect(value?.findings).toMatchObject([{ kind: "nothing-comes-in", pipeline: "0", since: NOW }]);
  expect(await kindsBefore(NOW + 1)).toEqual(["nothing-comes-in-0"]);
  expect(mails).toEqual(["Shoal: nothing comes in"]);
  await handler(eventOf("auto-stop"));
  expect(mails).toHaveLength(1);
  await runs(false);
  await handler(eventOf("auto-stop"));
  expect((await readHealth(tables.channelTable)).value).toMatchObject({ isRunning: false, findings: [] });
});

test("what MediaLive tells is in the timeline once, however often it comes", async () => {
  for (const name of ["state-change", "alert", "state-change"]) await handler(eventOf(name));
  const stopping = eventOf("state-change");
  await handler({ ...stopping, detail: { ...stopping.detail, state: "STOPPING" } });
  const before = Date.parse("2026-11-20T20:10:00Z");
  expect(await kindsBefore(before)).toEqual(["alert RTMP Has No Audio/Video 0", "starting"]);
});

test("without a topic there is no e-mail, and the rest is done", async () => {
  vi.stubEnv("NOTICES_TOPIC", "");
  vi.resetModules();
  ({ handler } = await import("./health-handler.ts"));
  await runs(true);
  await handler(eventOf("auto-stop"));
  expect((await readHealth(tables.channelTable)).value?.findings).toHaveLength(1);
  expect(mails).toEqual([]);
});

test("that SharingGuard lets fewer share is told once, in the timeline and by e-mail", async () => {
  await runs(true);
  await handler(eventOf("auto-stop"));
  mails = [];
  const alarm = {
    metric: "interrupted",
    sharing: 0.8,
    control: 0,
    chance: 1e-9,
    viewers: { sharing: 900, control: 20 },
  } as const;
  await writeRamp(tables.insightsTable, { ramp: 0.25, since: NOW - 1, alarm }, 0);
  for (let time = 0; time < 2; time++) await handler(eventOf("auto-stop"));
  expect(mails).toEqual(["Shoal: sharing lowered to 25 %"]);
  expect(await kindsBefore(NOW)).toContain("sharing-lowered");
});
