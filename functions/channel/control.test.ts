import type { MediaLiveClient } from "@aws-sdk/client-medialive";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { type LocalChannel, startLocalChannel } from "../../test/doubles/local-channel.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import type { Table } from "../record/dynamodb.ts";
import {
  endKeyTurn,
  keepUntil,
  planKeyTurn,
  readForecast,
  readKeptUntil,
  readKeyTurn,
  writeForecast,
} from "../record/plans.ts";
import { type ChannelControl, channelControl } from "./control.ts";
import { ingestOf, readIngest, writeStreamKey } from "./ingest-medialive.ts";
import { advanceKeyTurn } from "./key-turn.ts";

const NOW = 1_800_000_000;

let tables: LocalTables;
let table: Table;
let local: LocalChannel;
let control: ChannelControl;

beforeAll(async () => {
  tables = await startTables();
  table = tables.channelTable;
});
afterAll(() => tables.stop());
beforeEach(async () => {
  local = await startLocalChannel();
  control = channelControl(local.client, table, local.ids);
  await endKeyTurn(table, NOW);
});
afterEach(() => local.end());

describe("an input's addresses", () => {
  test("are a server for each pipeline, and the stream key", () => {
    expect(ingestOf(["srt://192.0.2.1:5050"])).toEqual({
      servers: ["srt://192.0.2.1:5050"],
      streamKey: null,
    });
    expect(ingestOf(["rtmp://192.0.2.1:1935/live/abc", "rtmp://192.0.2.2:1935/live/abc"])).toEqual({
      servers: ["rtmp://192.0.2.1:1935/live", "rtmp://192.0.2.2:1935/live"],
      streamKey: "abc",
    });
  });
  test.each([[[]], [["rtmp://192.0.2.1/live"]], [["rtmp://192.0.2.1/live/abc", "rtp://192.0.2.1:5000"]]])(
    "%j can't be told to a broadcaster",
    (addresses) => expect(() => ingestOf(addresses)).toThrow("not all are RTMP's"),
  );
  test("of an input without any are an error, and so is a refusal that isn't a conflict", async () => {
    for (const described of [{}, { Destinations: [{}] }]) {
      const empty = { send: async () => described } as unknown as MediaLiveClient;
      await expect(readIngest(empty)("2000001")).rejects.toThrow("0 addresses");
    }
    const elsewhere = writeStreamKey(local.client)("3000003", { servers: [], streamKey: "" }, "key");
    await expect(elsewhere).rejects.toThrow("no input with id 3000003");
  });
});

describe("a turn of the stream key", () => {
  test("that nobody planned does nothing", async () => {
    await control.advanceKeyTurn(NOW);
    expect(local.keys).toHaveLength(1);
    expect(local.asked).toEqual([]);
  });
  test("is done at once while the channel is idle, and leaves it idle", async () => {
    await planKeyTurn(table, { thenStart: false }, NOW);
    await control.advanceKeyTurn(NOW);
    expect((await control.ingest()).streamKey).toMatch(/^([0-9a-f]{4}-){4}[0-9a-f]{4}$/);
    expect(local.asked).toEqual([]);
    expect(await readKeyTurn(table, NOW)).toBeNull();
  });
  test("stops a channel that is on the air, waits, and starts it with the new key", async () => {
    local.state = "STARTING";
    await planKeyTurn(table, { thenStart: true }, NOW);
    await control.advanceKeyTurn(NOW);
    expect(local.asked).toEqual([]);
    local.state = "RUNNING";
    await control.advanceKeyTurn(NOW);
    await control.advanceKeyTurn(NOW);
    expect([local.asked, local.keys.length]).toEqual([["stop"], 1]);
    local.state = "IDLE";
    await control.advanceKeyTurn(NOW);
    expect([local.asked, local.keys.length, local.state]).toEqual([["stop", "start"], 2, "STARTING"]);
    local.state = "RUNNING";
    await control.advanceKeyTurn(NOW);
    expect(local.asked).toEqual(["stop", "start"]);
  });
  test("that MediaLive refuses stays planned", async () => {
    const end = vi.fn();
    const services = {
      ...local.ids,
      channels: { state: async () => "IDLE" as const, start: async () => true, stop: async () => true },
      read: async () => ({ thenStart: true }),
      end,
      readIngest: readIngest(local.client),
      writeStreamKey: writeStreamKey(local.client),
      randomBytes: () => Buffer.alloc(0),
    };
    local.state = "STOPPING";
    await expect(advanceKeyTurn(services)).rejects.toThrow("isn't ready");
    expect(end).not.toHaveBeenCalled();
  });
  test("that hasn't come about in a quarter of an hour never does", async () => {
    await planKeyTurn(table, { thenStart: true }, NOW);
    expect(await readKeyTurn(table, NOW + 899)).toEqual({ thenStart: true });
    await control.advanceKeyTurn(NOW + 900);
    expect(local.keys).toHaveLength(1);
  });
  test("goes on by the function that MediaLive's events and the minute invoke", async () => {
    const environment = {
      ...tables.environment,
      AWS_ENDPOINT_URL_MEDIALIVE: local.endpoint,
      CHANNEL_TABLE: "ChannelTable",
      CHANNEL_ID: local.ids.channelId,
      INPUT_ID: local.ids.inputId,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    await planKeyTurn(table, { thenStart: true }, Math.floor(Date.now() / 1000));
    const { handler } = await import("./plans-handler.ts");
    await handler({ "detail-type": "MediaLive Channel State Change", time: "" });
    expect([local.keys.length, local.asked]).toEqual([2, ["start"]]);
    // Nothing is scheduled.
    await handler({ "detail-type": "Scheduled Event", time: "2026-12-01T19:00:00Z" });
    expect(local.asked).toHaveLength(1);
  });
});

test("a channel is started and stopped, unless another was faster", async () => {
  expect([await control.state(), await control.start(), await control.start()]).toEqual([
    "IDLE",
    true,
    false,
  ]);
  local.state = "RUNNING";
  expect([await control.stop(), await control.stop()]).toEqual([true, false]);
});

test("what auto-stop foretells, and until when it is kept, is in the record", async () => {
  expect([await readForecast(table), await readKeptUntil(table)]).toEqual([null, 0]);
  await writeForecast(table, { stopsAt: NOW + 60, notedAt: NOW });
  expect(await readForecast(table)).toEqual({ stopsAt: NOW + 60, notedAt: NOW });
  await writeForecast(table, { stopsAt: null, notedAt: NOW });
  expect(await readForecast(table)).toEqual({ stopsAt: null, notedAt: NOW });
  await keepUntil(table, NOW + 3600);
  expect(await readKeptUntil(table)).toBe(NOW + 3600);
});
