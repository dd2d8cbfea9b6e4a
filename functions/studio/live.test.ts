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
import { channelHour, estimate, total } from "../../build/cost/estimate.ts";
import { renditionsOf } from "../../build/cost/stack.ts";
import { type LocalChannel, startLocalChannel } from "../../test/doubles/local-channel.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { studioServices } from "../../test/doubles/studio-services.ts";
import { afterNotice } from "../channel/broadcast.ts";
import { channelControl } from "../channel/control.ts";
import { makeLink } from "../record/access.ts";
import { parseDetails } from "../record/event-details.ts";
import { endKeyTurn, keepUntil, writeForecast } from "../record/plans.ts";
import { writeBroadcast, writeDetails } from "../record/record.ts";
import type { Role } from "../record/session.ts";
import { keysIn } from "./cookie.ts";
import { dollarsAnHour, VIEWERS_PRICES } from "./price.ts";
import { answer } from "./studio.ts";

const KEYS = keysIn("the key that signs");

let tables: LocalTables;
let local: LocalChannel;
let now: number;
const cookies: Partial<Record<Role, string>> = {};

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  now = 1_800_000_000;
  local = await startLocalChannel();
  for (const role of ["owner", "producer"] as const) {
    const token = await makeLink(tables.channelTable, "a link key", role, now);
    const { cookie = "" } = await ask(role, "POST session", { token });
    cookies[role] = cookie.split(";")[0] ?? "";
  }
  await endKeyTurn(tables.channelTable, now);
  await keepUntil(tables.channelTable, 0);
  await writeForecast(tables.channelTable, { stopsAt: null, notedAt: 0 });
});
afterEach(() => local.end());

function ask(role: Role, name: string, body: unknown = {}) {
  const [method = "", path = ""] = name.split(" ");
  const table = tables.channelTable;
  const channel = channelControl(local.client, table, local.ids);
  return answer(
    { method, path, cookies: [cookies[role] ?? ""], device: "", origin: "", body },
    studioServices({ table, keys: KEYS, channel, dollarsAnHour: 1.5, now: () => now }),
  );
}

describe("the channel", () => {
  test("is described as it stands, with what OBS needs", async () => {
    expect(await ask("owner", "GET live")).toEqual({
      status: 200,
      body: {
        state: "IDLE",
        picture: null,
        servers: ["rtmp://192.0.2.1:1935/live"],
        streamKey: "first-key",
        isKeyTurning: false,
        dollarsAnHour: 1.5,
        stopsAt: null,
        keptUntil: null,
      },
    });
    const running = { kind: "running", at: now * 1000, pipelines: 1 } as const;
    await writeBroadcast(tables.channelTable, afterNotice(null, running), 0);
    expect(await ask("owner", "GET live")).toMatchObject({
      body: { picture: { isThere: true, since: now } },
    });
  });
  test("is started and stopped by a producer", async () => {
    expect(await ask("producer", "POST start")).toMatchObject({ status: 202, body: { state: "STARTING" } });
    local.state = "RUNNING";
    expect(await ask("producer", "POST stop")).toMatchObject({ status: 202, body: { state: "STOPPING" } });
    expect(local.asked).toEqual(["start", "stop"]);
  });
  test.each([
    ["POST start", "RUNNING"],
    ["POST start", "STOPPING"],
    ["POST stop", "STARTING"],
    ["POST stop", "IDLE"],
  ] as const)("refuses %s while it is %s, in words", async (what, state) => {
    local.state = state;
    const error = expect.stringContaining(`The channel is ${state}: it can be`);
    expect(await ask("owner", what)).toEqual({ status: 409, body: { error } });
    expect(local.asked).toEqual([]);
  });
  test("that is gone can't be started", async () => {
    await local.end();
    local = { ...(await startLocalChannel()), ids: { channelId: "7654321", inputId: "2000001" } };
    expect(await ask("owner", "POST start")).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining("doesn't exist") },
    });
  });
});

describe("auto-stop", () => {
  const body = async () => (await ask("producer", "GET live")).body;

  test("is counted down while the channel runs, from what it found lately", async () => {
    await writeForecast(tables.channelTable, { stopsAt: now + 300, notedAt: now });
    expect(await body()).toMatchObject({ stopsAt: null });
    local.state = "RUNNING";
    expect(await body()).toMatchObject({ stopsAt: now + 300 });
    now += 660;
    expect(await body()).toMatchObject({ stopsAt: null });
  });
  test("is kept from it for an hour", async () => {
    local.state = "RUNNING";
    await writeForecast(tables.channelTable, { stopsAt: now + 300, notedAt: now });
    const kept = await ask("producer", "POST keep-running");
    expect(kept).toMatchObject({ status: 200, body: { keptUntil: now + 3600, stopsAt: null } });
    now += 3600;
    expect(await body()).toMatchObject({ keptUntil: null });
  });
});

describe("the schedule", () => {
  test("is planned by a producer, and says when that is", async () => {
    const none = { minutesBefore: null, minutesAfter: null, startsAt: null, startAt: null, stopAt: null };
    expect(await ask("producer", "GET schedule")).toEqual({
      status: 200,
      body: { ...none, dollarsAnHour: 1.5 },
    });
    const details = parseDetails({
      title: "A concert",
      startsAt: "2026-12-01T19:00:00.000Z",
      address: "https://live.example.com/",
    });
    await writeDetails(tables.channelTable, details);
    const start = Date.parse("2026-12-01T19:00:00Z");
    expect(await ask("producer", "PUT schedule", { minutesBefore: 15, minutesAfter: 60 })).toEqual({
      status: 200,
      body: {
        minutesBefore: 15,
        minutesAfter: 60,
        startsAt: "2026-12-01T19:00:00.000Z",
        startAt: start - 900_000,
        stopAt: start + 3_600_000,
        dollarsAnHour: 1.5,
      },
    });
    // The minute itself starts the channel.
    vi.spyOn(console, "log").mockImplementation(() => {});
    onTestFinished(() => void vi.restoreAllMocks());
    const control = channelControl(local.client, tables.channelTable, local.ids);
    await control.keepSchedule(start - 900_000);
    await control.keepSchedule(start - 840_000);
    local.state = "RUNNING";
    await control.keepSchedule(start + 3_600_000);
    expect(local.asked).toEqual(["start", "stop"]);
  });
  test("refuses what can't be kept, in words", async () => {
    const error = expect.stringContaining("5 to 1440 whole minutes");
    expect(await ask("owner", "PUT schedule", { minutesBefore: 1 })).toEqual({
      status: 400,
      body: { error },
    });
  });
});

describe("the stream key", () => {
  test("is an owner's: a producer neither sees it nor changes it", async () => {
    expect(await ask("producer", "GET live")).toMatchObject({ body: { streamKey: null } });
    expect(await ask("producer", "POST key")).toMatchObject({ status: 403 });
    expect(local.keys).toHaveLength(1);
  });
  test("changes at once while nothing is on the air", async () => {
    const { status, body } = await ask("owner", "POST key");
    expect([status, body]).toEqual([
      202,
      expect.objectContaining({ state: "IDLE", isKeyTurning: false, streamKey: local.keys[1] }),
    ]);
  });
  test("takes the channel off the air for it, and puts it back, by whoever looks", async () => {
    local.state = "RUNNING";
    const asked = await ask("owner", "POST key");
    expect(asked).toMatchObject({ status: 202, body: { state: "STOPPING", isKeyTurning: true } });
    local.state = "IDLE";
    const next = await ask("producer", "GET live");
    expect(next).toMatchObject({ body: { state: "STARTING", isKeyTurning: false } });
    expect(local.asked).toEqual(["stop", "start"]);
    expect(local.keys).toHaveLength(2);
  });
  test("leaves a channel that somebody stops meanwhile off the air", async () => {
    local.state = "STARTING";
    await ask("owner", "POST key");
    local.state = "RUNNING";
    await ask("producer", "POST stop");
    local.state = "IDLE";
    expect(await ask("owner", "GET live")).toMatchObject({ body: { state: "IDLE", isKeyTurning: false } });
    expect([local.asked, local.keys.length]).toEqual([["stop"], 2]);
  });
});

test("with SRT there is a server and no key, which can't be turned either", async () => {
  local.isSrt = true;
  expect(await ask("owner", "GET live")).toMatchObject({
    body: { servers: ["srt://192.0.2.1:5050"], streamKey: null },
  });
  expect(await ask("owner", "POST key")).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining("SrtPassphraseVersion") },
  });
  expect(local.asked).toEqual([]);
});

test("what viewers cost is what npm run cost counts, within a twentieth, with sharing and without", async () => {
  const renditions = await renditionsOf("720p");
  const show = {
    viewers: 1_000,
    hours: 1,
    megabitsPerSecond: 3.128,
    hasTwoPipelines: false,
    hasOriginShield: true,
  };
  const gigabytes = (3.128 * 3_600) / 8;
  const { gigabyte, viewerHour, viewerHourAlone } = VIEWERS_PRICES;
  for (const share of [0, 0.5, 0.8, 0.95]) {
    const counted = total(estimate({ ...show, renditions, share })) - channelHour(renditions, false);
    const told = gigabytes * (1 - share) * gigabyte + 1_000 * (share > 0 ? viewerHour : viewerHourAlone);
    expect(Math.abs(told / counted - 1)).toBeLessThan(0.05);
  }
});

test("the price is that of npm run cost, to the cent", async () => {
  for (const ladder of ["1080p", "720p", "540p"]) {
    for (const [channelClass, isTwice] of [
      ["SINGLE_PIPELINE", false],
      ["STANDARD", true],
    ] as const) {
      const counted = channelHour(await renditionsOf(ladder), isTwice);
      expect(dollarsAnHour(ladder, channelClass)?.toFixed(2)).toBe(counted.toFixed(2));
    }
  }
  expect(dollarsAnHour("", "STANDARD")).toBeNull();
});
