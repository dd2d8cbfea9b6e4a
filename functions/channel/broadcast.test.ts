import type { MediaLiveClient } from "@aws-sdk/client-medialive";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import alert from "../../events/channel/alert.json" with { type: "json" };
import autoStop from "../../events/channel/auto-stop.json" with { type: "json" };
import stateChange from "../../events/channel/state-change.json" with { type: "json" };
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { startDynamoDb } from "../../local/dynamodb.ts";
import { startControlApi } from "../../local/medialive/control-api.ts";
import { readTables } from "../../local/template/tables.ts";
import { readTemplate } from "../../local/template.ts";
import { type Broadcast, standingOf } from "../record/broadcast.ts";
import { Overtaken, openTable } from "../record/dynamodb.ts";
import { readBroadcast } from "../record/record.ts";
import {
  afterLook,
  afterNotice,
  type BroadcastStore,
  INPUT_ALERTS,
  type Notice,
  noticeIn,
  updateBroadcast,
} from "./broadcast.ts";
import { lookAtChannel } from "./look-medialive.ts";

const SECOND = 1000;
const starting = (at: number): Notice => ({ kind: "starting", at });
const running = (at: number, pipelines = 1): Notice => ({ kind: "running", at, pipelines });
const stopped = (at: number): Notice => ({ kind: "stopped", at });
const missing = (at: number, pipeline = "0"): Notice => ({ kind: "input", at, pipeline, isMissing: true });
const there = (at: number, pipeline = "0"): Notice => ({ kind: "input", at, pipeline, isMissing: false });

const told = (...notices: readonly Notice[]) => notices.reduce<Broadcast | null>(afterNotice, null);
const standingAfter = (...notices: readonly Notice[]) => standingOf(null, told(...notices));

describe("what MediaLive tells", () => {
  test("AWS's own events are read", () => {
    expect(noticeIn(stateChange)).toEqual({ kind: "starting", at: Date.parse("2026-11-20T20:00:00Z") });
    expect(noticeIn(alert)).toEqual(missing(Date.parse("2026-11-20T20:05:00Z")));
  });
  test.each([
    ["RUNNING", "running"],
    ["STOPPING", "stopped"],
    ["STOPPED", "stopped"],
    ["DELETED", "stopped"],
    ["RECOVERING", undefined],
  ])("a channel that is %s", (state, kind) => {
    expect(noticeIn({ ...stateChange, detail: { ...stateChange.detail, state } })?.kind).toBe(kind);
  });
  test("an alert that is over, and one that isn't about input", () => {
    const cleared = { ...alert, detail: { ...alert.detail, alarm_state: "CLEARED" } };
    expect(noticeIn(cleared)).toMatchObject({ isMissing: false });
    const other = {
      ...alert,
      detail: { ...alert.detail, alert_type: "Failed to Create Output File or Socket" },
    };
    expect(noticeIn(other)).toBeNull();
  });
});

describe("a show", () => {
  const begun = [starting(1), running(2), missing(3), there(60 * SECOND)] as const;

  test("waits until there is a publisher, also when MediaLive misses it a little later than the channel runs", () => {
    expect(standingAfter(starting(1))).toBe("waiting");
    expect(standingAfter(starting(1), running(2), missing(3 * SECOND))).toBe("waiting");
    expect(standingAfter(...begun)).toBe("live");
  });
  test("is back soon while its publisher is gone, and live when it returns", () => {
    expect(standingAfter(...begun, missing(90 * SECOND))).toBe("back-soon");
    expect(standingAfter(...begun, missing(90 * SECOND), there(95 * SECOND))).toBe("live");
    expect(standingAfter(...begun, missing(90 * SECOND), there(95 * SECOND), missing(96 * SECOND))).toBe(
      "back-soon",
    );
  });
  test("has ended once the channel is stopped, with its publisher or without", () => {
    expect(standingAfter(...begun, stopped(90 * SECOND))).toBe("ended");
    expect(standingAfter(...begun, missing(90 * SECOND), stopped(95 * SECOND))).toBe("ended");
    expect(told(...begun, stopped(90 * SECOND), stopped(99 * SECOND))?.changedAt).toBe(90 * SECOND);
  });
  test("begins anew when the channel is started again", () => {
    expect(standingAfter(...begun, stopped(90 * SECOND), starting(99 * SECOND))).toBe("waiting");
  });
  test("goes on with one publisher of two", () => {
    const two = [starting(1), running(2, 2)] as const;
    expect(standingAfter(...two, missing(90 * SECOND))).toBe("live");
    expect(standingAfter(...two, missing(90 * SECOND), missing(91 * SECOND, "1"))).toBe("back-soon");
  });
  test("isn't changed by what comes late", () => {
    const now = told(...begun, stopped(90 * SECOND));
    for (const late of [running(2), there(1), starting(1)]) expect(afterNotice(now, late)).toBe(now);
  });
});

describe("a look at the channel, every minute", () => {
  const MINUTE = 60 * SECOND;
  const look = (state: string, waiting: readonly string[] = [], pipelines = 1) => ({
    at: 10 * MINUTE,
    state,
    pipelines,
    waiting,
  });
  const live = told(starting(1), running(2), missing(3), there(MINUTE));

  test("changes nothing where all is as known, or on its way", () => {
    for (const same of [look("RUNNING"), look("STARTING"), look("STOPPING")])
      expect(afterLook(live, same)).toBe(live);
    const two = told(starting(1), running(2, 2), missing(3, "1"), missing(4, "0"));
    expect(afterLook(two, look("RUNNING", ["0", "1"], 2))).toBe(two);
    const off = told(starting(1), running(2), stopped(MINUTE));
    expect(afterLook(off, look("IDLE"))).toBe(off);
  });
  test.each([
    ["that a publisher came", told(starting(1), running(2), missing(3)), look("RUNNING"), "live"],
    ["that it left", live, look("RUNNING", ["0"]), "back-soon"],
    ["that the channel was stopped", live, look("IDLE", [], 0), "ended"],
    ["that it was started", told(starting(1)), look("RUNNING"), "live"],
    [
      "that the next show has begun",
      told(starting(1), running(2), stopped(MINUTE)),
      look("RUNNING", ["0"]),
      "waiting",
    ],
    ["anything at all", null, look("RUNNING"), "live"],
  ] as const)("finds out, if the event was lost, %s", (_, before, seen, standing) => {
    expect(standingOf(null, afterLook(before, seen))).toBe(standing);
  });
  test("yields to what was told meanwhile", () => {
    const newer = told(starting(1), running(2), missing(10 * MINUTE));
    expect(afterLook(newer, look("RUNNING"))).toBe(newer);
  });
});

describe("the function", () => {
  const event = {
    ...stateChange,
    detail: { ...stateChange.detail, state: "RUNNING", pipelines_running_count: 1 },
  };

  test("writes what it is told, and what it sees, into the record", async () => {
    const [dynamoDb, mediaLive] = await Promise.all([
      startDynamoDb(readTables(await readTemplate())),
      startControlApi(),
    ]);
    onTestFinished(async () => void (await Promise.all([dynamoDb.stop(), mediaLive.stop()])));
    mediaLive.add({
      id: "1234567",
      name: "shoal",
      tags: {},
      channel: {
        state: "RUNNING",
        alerts: [{ type: "RTMP Has No Audio/Video", message: "" }],
        start: async () => {},
        stop: async () => {},
      },
    });
    const environment = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_MEDIALIVE: mediaLive.endpoint,
      CHANNEL_TABLE: "ChannelTable",
      CHANNEL_ID: "1234567",
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { handler } = await import("./broadcast-handler.ts");
    const table = openTable({ ...LOCAL_AWS, name: "ChannelTable", endpoint: dynamoDb.endpoint });
    await handler(event);
    expect(await readBroadcast(table)).toMatchObject({ value: { isRunning: true, waiting: [] }, version: 1 });
    await handler({ ...event, detail: { state: "RECOVERING" } });
    expect(await readBroadcast(table)).toMatchObject({ version: 1 });
    await handler(autoStop);
    expect(await readBroadcast(table)).toMatchObject({ value: { waiting: ["0"] }, version: 2 });
  });

  function storeThat(write: BroadcastStore["write"]) {
    return { read: vi.fn(async () => ({ value: null, version: 0 })), write: vi.fn(write) };
  }
  const begins = (before: Broadcast | null) => afterNotice(before, running(1));

  test("reads again when it was overtaken, a few times", async () => {
    let refusals = 2;
    const store = storeThat(async () => {
      if (refusals-- > 0) throw new Overtaken();
    });
    await updateBroadcast(store, begins);
    expect(store.read).toHaveBeenCalledTimes(3);
    const never = storeThat(() => Promise.reject(new Overtaken()));
    await expect(updateBroadcast(never, begins)).rejects.toThrow(Overtaken);
    expect(never.write).toHaveBeenCalledTimes(5);
  });
  test("leaves it to EventBridge to try again what fails otherwise", async () => {
    const store = storeThat(() => Promise.reject(new Error("no table")));
    await expect(updateBroadcast(store, begins)).rejects.toThrow("no table");
    expect(store.write).toHaveBeenCalledOnce();
  });
  test("doesn't write what is as it was", async () => {
    const store = { ...storeThat(async () => {}), read: async () => ({ value: known, version: 3 }) };
    const known = told(starting(1), running(2), stopped(3));
    await updateBroadcast(store, (before) => afterNotice(before, stopped(4)));
    expect(store.write).not.toHaveBeenCalled();
  });
});

test("MediaLive that describes nothing is a channel that doesn't run", async () => {
  const client = { send: async () => ({}) } as unknown as MediaLiveClient;
  expect(await lookAtChannel(client, "1234567", () => 5)).toEqual({
    at: 5,
    state: "",
    pipelines: 0,
    waiting: [],
  });
  const alerts = [{ AlertType: INPUT_ALERTS[0] }, { AlertType: INPUT_ALERTS[1], PipelineId: "0" }, {}];
  const alerting = { send: async () => ({ Alerts: alerts }) } as unknown as MediaLiveClient;
  expect((await lookAtChannel(alerting, "1234567", () => 5)).waiting).toEqual(["0"]);
});
