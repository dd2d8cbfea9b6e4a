import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { startS3 } from "../../local/s3.ts";
import { readTemplate } from "../../local/template.ts";
import { Athena } from "../../test/doubles/athena.ts";
import { INSIGHTS_TABLE, type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { keptReport, moment, viewerId } from "../../test/doubles/reports.ts";
import { type Bucket, bucketNamed, putObject } from "./bucket.ts";
import { figuresOf } from "./figures.ts";
import type { KeptReport } from "./kept-report.ts";
import { METRICS, metricsLine, settledOf } from "./metrics.ts";
import { keepRawReports } from "./raw-reports.ts";
import { COLUMNS, rawRowsOf } from "./raw-rows.ts";
import { rowOf } from "./rows.ts";
import { keepReport } from "./store.ts";

const template = await readTemplate({ parameters: { RawReportDays: "30" } });
const queries = new Map(
  template
    .resourcesOf("AWS::Athena::NamedQuery")
    .map(({ properties }) => [properties.at("Name").text(), properties.at("QueryString").text()]),
);

/** Yesterday, since the queries ask about the last seven days; at a whole hour. */
const HOUR = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 24 * 3_600_000;
const MINUTE = HOUR / 60_000;

let tables: LocalTables;
let folder: string;
let bucket: Bucket;
let environment: Record<string, string>;
let s3: { readonly endpoint: string; stop(): Promise<void> };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-raw-reports-"));
  s3 = await startS3(folder);
});
afterAll(async () => {
  await Promise.all([s3.stop(), rm(folder, { recursive: true })]);
});
beforeEach(async () => {
  tables = await startTables();
  onTestFinished(() => tables.stop());
  await rm(join(folder, "reports-bucket"), { recursive: true, force: true });
  environment = { ...tables.environment, AWS_ENDPOINT_URL_S3: s3.endpoint };
  bucket = bucketNamed("reports-bucket", environment);
});

/** Minutes of a session that begins then, in reports of four minutes each. */
function session(
  share: number,
  minutes: number,
  {
    at = HOUR,
    perMinute = {},
    ...changes
  }: Partial<KeptReport> & {
    readonly at?: number;
    readonly perMinute?: Readonly<Record<string, number>>;
  } = {},
): KeptReport[] {
  const until = (minute: number) =>
    moment(at + minute * 60_000, {
      watchedMs: minute * 60_000,
      ...Object.fromEntries(Object.entries(perMinute).map(([name, count]) => [name, count * minute])),
    });
  return Array.from({ length: Math.ceil(minutes / 4) }, (_, number) =>
    keptReport({
      viewer: viewerId(share),
      number,
      from: until(number * 4),
      to: until(Math.min(number * 4 + 4, minutes)),
      ...changes,
      startMs: number === 0 ? (changes.startMs ?? null) : null,
    }),
  );
}

const keep = async (reports: readonly KeptReport[]) => {
  for (const report of reports) await keepReport(tables.insightsTable, report, HOUR / 1000);
};

const objects = async (): Promise<string[]> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
};

const runAt = (minute: number) => keepRawReports(tables.insightsTable, bucket, (MINUTE + minute) * 60);

describe("rows", () => {
  test("have the columns of Athena's table, and what isn't known is null", () => {
    const [row] = rawRowsOf([keptReport({ from: moment(HOUR) })], MINUTE, MINUTE + 9);
    expect(row).toMatchObject({
      ended_at: `${new Date(HOUR + 60_000).toISOString().slice(0, 19).replace("T", " ")}.000`,
      weight: 1,
      watched_seconds: 60,
      start_seconds: null,
      errors: null,
      failed_start: false,
      country: "DE",
    });
    expect(Object.keys(row ?? {})).toEqual(Object.keys(COLUMNS));
  });

  test("count once what two reports tell, and are told to be one session's by an id that is nowhere else", () => {
    const [first, second] = session(0.1, 8) as [KeptReport, KeptReport];
    const repeated = { ...second, from: first.from };
    const rows = rawRowsOf([first, repeated], MINUTE, MINUTE + 9);
    expect(rows.map((row) => row.watched_seconds)).toEqual([240, 240]);
    const ids = new Set(rows.map((row) => row.session_id));
    expect(ids.size).toBe(1);
    expect(JSON.stringify(rows)).not.toContain(first.viewer);
    expect([...ids].join()).not.toContain(first.session);
    const [other] = rawRowsOf([{ ...first, viewer: viewerId(0.2) }], MINUTE, MINUTE + 9);
    expect(ids.has(other?.session_id ?? "")).toBe(false);
  });

  test("stand for those who weren't asked", () => {
    const of = (changes: Partial<KeptReport>) =>
      rawRowsOf([keptReport({ from: moment(HOUR), ...changes })], MINUTE, MINUTE + 9)[0]?.weight;
    expect(of({ probability: 0.25 })).toBe(4);
    expect(of({ probability: 0.5, standsFor: 64 })).toBe(128);
  });

  test("come in the order of time, whatever the reports' order", () => {
    const reports = [...session(0.1, 12), ...session(0.2, 12), ...session(0.3, 8)];
    const rows = rawRowsOf(reports, MINUTE, MINUTE + 20);
    expect(rawRowsOf(reports.toReversed(), MINUTE, MINUTE + 20)).toEqual(rows);
    const times = rows.map((row) => row.ended_at);
    expect(times).toEqual(times.toSorted());
    expect([...rows, ...rows].length).toBe(2 * 8);
  });
});

describe("raw reports", () => {
  test("take less than a tenth of a kilobyte for a row, by which npm run cost counts", async () => {
    let last = 1;
    const random = (most: number) => {
      last = (last * 48_271) % 2_147_483_647;
      return last % most;
    };
    const reports = Array.from({ length: 200 }, (_, index) => {
      const at = HOUR + random(300_000);
      const counts = { stalls: random(2), stalledMs: random(2_000), droppedFrames: random(30) };
      const bytes = { bytesFromPeers: random(9e7), bytesToPeers: random(9e7), bytesFromCdn: random(9e7) };
      return keptReport({
        viewer: viewerId(index / 200),
        from: moment(at),
        to: moment(at + 240_000, { watchedMs: 240_000 - random(2_000), ...counts, ...bytes }),
        delayMs: random(9_000),
        peers: random(12),
        where: { country: "DE", network: String(random(300)), browser: "Chrome", device: "phone" },
      });
    });
    await keep(reports);
    await runAt(25);
    const [object = ""] = await objects();
    const body = await readFile(join(folder, object));
    expect(gunzipSync(body).toString().trimEnd().split("\n")).toHaveLength(200);
    expect(body.length / 200).toBeLessThan(100);
  });

  test("are written once no report of their ten minutes can come any more, each in one object however often", async () => {
    await keep(session(0.1, 16));
    for (const minute of [9, 20, 24, 26]) await runAt(minute);
    expect(await objects()).toEqual([]);
    await runAt(25);
    const day = new Date(HOUR).toISOString();
    const keyAt = (minutes: string) =>
      `reports-bucket/reports/dt=${day.slice(0, 10)}/${day.slice(11, 13)}${minutes}.json.gz`;
    expect(await objects()).toEqual([keyAt("00")]);
    const first = await readFile(join(folder, keyAt("00")));
    await runAt(35);
    await runAt(45);
    expect(await objects()).toEqual([keyAt("00"), keyAt("10")]);
    expect(await readFile(join(folder, keyAt("00")))).toEqual(first);
  });

  test("count once what a report repeats from the ten minutes before", async () => {
    const [first, second, third] = session(0.1, 12) as [KeptReport, KeptReport, KeptReport];
    await keep([first, second, { ...third, from: first.from }]);
    await runAt(35);
    const lines = await Promise.all(
      (await objects()).map(async (object) => gunzipSync(await readFile(join(folder, object))).toString()),
    );
    const rows = lines.flatMap((text) => text.trimEnd().split("\n")).map((line) => JSON.parse(line));
    expect([lines.length, ...rows.map((row) => row.watched_seconds)]).toEqual([2, 240, 240, 240]);
  });

  test("are written ten minutes later, where the first time failed", async () => {
    await keep(session(0.1, 8));
    const { address, signer } = bucket;
    bucket = { address: `${address} that isn't there`, signer };
    await expect(runAt(25)).rejects.toThrow("S3 refuses: <Error><Code>InvalidRequest");
    bucket = { address, signer };
    await runAt(35);
    expect(await objects()).toHaveLength(1);
  });
});

test("an object is asked for at the bucket's own address where there is no other", async () => {
  const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
  onTestFinished(() => fetched.mockRestore());
  const { AWS_ENDPOINT_URL_S3: _, ...cloud } = environment;
  const object = { key: "reports/dt=2027-01-15/0810.json.gz", body: new Uint8Array(1), contentType: "a/b" };
  await putObject(bucketNamed("a-bucket", cloud), object);
  const [address, request] = fetched.mock.calls[0] ?? [];
  expect(String(address)).toBe(
    "https://a-bucket.s3.us-east-1.amazonaws.com/reports/dt%3D2027-01-15/0810.json.gz",
  );
  expect(request?.method).toBe("PUT");
});

describe("the saved queries, over what was written", () => {
  const where = (country: string, network: string, browser = "Firefox", device = "computer") => ({
    where: { country, network, browser, device },
  });
  /** Twelve slots of ten minutes, and what comes after. */
  const ask = async (name: string, reports: readonly KeptReport[]) => {
    await keep(reports);
    for (let minute = 25; minute <= 145; minute += 20) await runAt(minute);
    const athena = Athena.of(template);
    for (const object of await objects())
      athena.load("reports", object, await readFile(join(folder, object)));
    const query = queries.get(name);
    if (query === undefined) throw new Error(`There is no query ${name}`);
    return athena.query(query).map((row) => ({ ...row }));
  };
  test("there are five, each with its test", () => {
    expect([...queries.keys()]).toEqual([
      "Rebuffering by network",
      "Start time by browser and device",
      "What peers carried, by hour",
      "Failed starts by error",
      "Freezes by rendition and guard",
    ]);
  });

  test("which networks rebuffer most", async () => {
    const reports = [
      ...session(0.1, 60, {
        ...where("DE", "3320"),
        perMinute: { stalledMs: 600, freezes: 1, bytesFromCdn: 1e6 },
      }),
      ...session(0.2, 60, {
        ...where("FR", "3215"),
        perMinute: { stalledMs: 6_000, bytesFromPeers: 3e6, bytesFromCdn: 1e6 },
      }),
      // Too short to say anything.
      ...session(0.3, 30, { ...where("FR", "12322"), perMinute: { stalledMs: 30_000 } }),
      // Half an hour of a sample of which each stands for two.
      ...session(0.4, 30, { ...where("ES", "3352"), probability: 0.5, perMinute: { stalledMs: 3_000 } }),
    ];
    expect(await ask("Rebuffering by network", reports)).toEqual([
      { country: "FR", network: "3215", hours_watched: 1, ...quality(0.1, 0, 0.75) },
      { country: "ES", network: "3352", hours_watched: 1, ...quality(0.05, 0, null) },
      { country: "DE", network: "3320", hours_watched: 1, ...quality(0.01, 60, 0) },
    ]);
  });

  test("how soon each kind of browser starts", async () => {
    const starting = (count: number, device: string, seconds: (index: number) => number) =>
      Array.from({ length: count }, (_, index) =>
        session((device.length + index / 100) / 20, 4, {
          ...where("DE", "3320", "Safari", device),
          startMs: seconds(index) * 1000,
        }),
      ).flat();
    const reports = [
      ...starting(20, "phone", (index) => 1 + index / 10),
      ...starting(5, "computer", () => 0.5),
    ];
    expect(await ask("Start time by browser and device", reports)).toEqual([
      { browser: "Safari", device: "phone", starts: 20, start_seconds_p50: 1.9, start_seconds_p95: 2.8 },
      { browser: "Safari", device: "computer", starts: 5, start_seconds_p50: 0.5, start_seconds_p95: 0.5 },
    ]);
  });

  test("what peers carried, by hour, and how often each segment left the CDN", async () => {
    // Four in the first hour on one rendition and two on another, then two for half an hour.
    const sessions = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].flatMap((share, index) =>
      session(share, 60, {
        at: HOUR - 30_000,
        kilobitsPerSecond: index < 4 ? 3000 : 800,
        perMinute: { bytesFromPeers: index < 4 ? 3e8 : 1e8, bytesFromCdn: 1e8 },
      }),
    );
    const later = [0.7, 0.8].flatMap((share) =>
      session(share, 30, { at: HOUR + 3_600_000, perMinute: { bytesFromCdn: 1e8 } }),
    );
    const [first, second, ...more] = await ask("What peers carried, by hour", [...sessions, ...later]);
    const hour = (ms: number) => `${new Date(ms).toISOString().slice(0, 13).replace("T", " ")}:00:00.000`;
    expect(first).toEqual({
      hour_began: hour(HOUR),
      viewers: 6,
      from_peers_gigabytes: 4 * 18 + 2 * 6,
      from_cdn_gigabytes: 6 * 6,
      share_from_peers_ratio: 84 / 120,
      copies_from_cdn: (4 / 4 + 2 / 2) / 2,
    });
    expect(second).toMatchObject({ hour_began: hour(HOUR + 3_600_000), viewers: 1, copies_from_cdn: 1 });
    expect(more).toEqual([]);
  });

  test("what kept sessions from starting", async () => {
    const failed = (share: number, errors: string[], device = "computer") =>
      keptReport({
        viewer: viewerId(share),
        from: moment(HOUR),
        to: moment(HOUR + 60_000),
        errors,
        isLast: true,
        ...where("DE", "3320", "Chrome", device),
      });
    // Of this one the error and the end are told by two reports.
    const early = { ...failed(0.4, ["network"]), isLast: false };
    const late = { ...failed(0.4, []), number: 1, from: early.to, to: moment(HOUR + 120_000) };
    const reports = [
      ...[0.1, 0.2, 0.3].map((share) => failed(share, ["network"])),
      early,
      late,
      failed(0.5, ["decode", "network"], "phone"),
      ...session(0.6, 8, { errors: ["network"] }),
    ];
    const of = (errors: string, device: string, failed_starts: number) => ({
      ...{ errors, browser: "Chrome", device, player: "shoal", failed_starts },
    });
    expect(await ask("Failed starts by error", reports)).toEqual([
      of("network", "computer", 4),
      of("decode,network", "phone", 1),
    ]);
  });

  test("whether freezes come with a rendition, or with sharing", async () => {
    const reports = [
      ...session(0.1, 60, { kilobitsPerSecond: 800, perMinute: { bytesFromPeers: 1e6, bytesFromCdn: 1e6 } }),
      ...session(0.2, 60, { perMinute: { freezes: 2, bytesFromPeers: 3e6, bytesFromCdn: 1e6 } }),
      ...session(0.3, 30, {
        guard: "buffer",
        perMinute: { freezes: 4, stalledMs: 6_000, bytesFromCdn: 1e6 },
      }),
    ];
    const row = (kilobits_per_second: number, guard: string, hours_watched: number, rest: object) => ({
      ...{ kilobits_per_second, guard, hours_watched, ...rest },
    });
    expect(await ask("Freezes by rendition and guard", reports)).toEqual([
      row(800, "none", 1, quality(0, 0, 0.5)),
      row(3000, "buffer", 0.5, quality(0.1, 240, 0)),
      row(3000, "none", 1, quality(0, 120, 0.75)),
    ]);
  });

  test("agree with the figures of the same reports", async () => {
    const reports = Array.from({ length: 12 }, (_, index) =>
      session(index / 12, 60, { perMinute: { stalledMs: 100 * index, freezes: index, bytesFromCdn: 1e6 } }),
    ).flat();
    const figures = rowOf(figuresOf(reports, MINUTE, MINUTE + 60));
    const [row] = await ask("Rebuffering by network", reports);
    expect(row?.["hours_watched"]).toBeCloseTo(figures.hoursWatched, 6);
    expect(row?.["rebuffering_ratio"]).toBeCloseTo(figures.rebufferingRatio, 6);
    expect(row?.["freezes_per_hour"]).toBeCloseTo(figures.freezesAnHour, 6);
  });
});

const quality = (
  rebuffering_ratio: number,
  freezes_per_hour: number,
  share_from_peers_ratio: number | null,
) => ({
  freezes_per_hour,
  rebuffering_ratio,
  share_from_peers_ratio,
});

describe("metrics", () => {
  const report = keptReport({ from: moment(HOUR), startMs: 800 });
  const row = rowOf(figuresOf([report], MINUTE, MINUTE));

  test("are a line in CloudWatch's embedded format, of the minute's own time, and what isn't known is none", () => {
    const line = JSON.parse(metricsLine(row, 0.25, "roll-up"));
    expect(line).toMatchObject({
      _aws: {
        Timestamp: HOUR,
        CloudWatchMetrics: [{ Namespace: "Shoal/Insights", Dimensions: [["FunctionName"]] }],
      },
      FunctionName: "roll-up",
      Viewers: 1,
      FailedStarts: 0,
      RebufferingRatio: 0,
      SharingRamp: 0.25,
    });
    expect(line.StartSecondsP50).toBeCloseTo(0.8, 1);
    const named = line._aws.CloudWatchMetrics[0].Metrics as { Name: string; Unit: string }[];
    expect(named).toContainEqual({ Name: "StartSecondsP50", Unit: "Seconds" });
    expect(named.map(({ Name }) => Name)).not.toContain("DelaySecondsP95");
    expect(named.every(({ Name }) => Name in line)).toBe(true);
  });

  test("have the same words in CloudWatch as in OpenMetrics", () => {
    for (const { name, cloudWatchName } of METRICS)
      expect(cloudWatchName.replace(/(?<=.)([A-Z])/g, "_$1").toLowerCase()).toBe(name);
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
  });

  test("tell each minute once, when all who were there have reported", () => {
    const minutes = Array.from({ length: 15 }, (_, index) => ({ minute: MINUTE + index }));
    const told = Array.from({ length: 30 }, (_, now) => {
      const last = MINUTE + now - 1;
      return settledOf(
        minutes.filter(({ minute }) => minute > last - 15 && minute <= last),
        MINUTE + now,
      );
    });
    expect(told.filter((each) => each !== undefined)).toEqual(minutes);
    expect(told[6]).toEqual({ minute: MINUTE });
  });
});

describe("the roll-up's function", () => {
  const load = async (REPORTS_BUCKET: string) => {
    const given = {
      ...environment,
      INSIGHTS_TABLE,
      REPORTS_BUCKET,
      AWS_LAMBDA_FUNCTION_NAME: "roll-up",
      SHARING_GUARD: "on",
      SHARING_RAMP: "1",
    };
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      written.mockRestore();
    });
    vi.resetModules();
    const { handler } = await import("./roll-up-handler.ts");
    const lines: string[] = [];
    return async (minute: number) => {
      await handler({ time: new Date((MINUTE + minute) * 60_000).toISOString() });
      lines.push(...written.mock.calls.splice(0).map(([line]) => String(line)));
      return lines;
    };
  };

  test("tells CloudWatch of each minute, keeps raw reports, and does neither where there is nothing", async () => {
    await keep(session(0.1, 8));
    const roll = await load("reports-bucket");
    expect(await roll(5)).toEqual([]);
    await roll(6);
    const lines = await roll(7);
    expect(lines.map((line) => JSON.parse(line)._aws.Timestamp)).toEqual([HOUR, HOUR + 60_000]);
    await roll(25);
    expect(await objects()).toHaveLength(1);
  });

  test("keeps none where the deployment wants none", async () => {
    await keep(session(0.1, 8));
    const roll = await load("");
    await roll(25);
    expect(await objects()).toEqual([]);
  });
});
