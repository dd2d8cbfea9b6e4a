import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_AWS } from "../../../local/aws-settings.ts";
import { type CloudWatch, startCloudWatch } from "../../../local/cloudwatch.ts";
import { NOT_MEASURED } from "../../../test/doubles/input-minute.ts";
import { inputMinutes, type MetricSources } from "./input-cloudwatch.ts";

const NOON = Date.UTC(2026, 10, 20, 12) / 1000;
const MINUTE = NOON / 60;

let cloudWatch: CloudWatch;
let client: CloudWatchClient;

beforeEach(async () => {
  cloudWatch = await startCloudWatch();
  client = new CloudWatchClient({ ...LOCAL_AWS, endpoint: cloudWatch.endpoint });
});
afterEach(async () => {
  client.destroy();
  await cloudWatch.stop();
});

function report(pipeline: string, values: Readonly<Record<string, number>>, seconds: number): void {
  const dimensions = { ChannelId: "1", Pipeline: pipeline };
  for (const [name, value] of Object.entries(values)) {
    const isOurs = /^(KeyframeS|AudioF|OpenK|Clipped|AudioA|Picture|Profile|Publish|Codecs)/.test(name);
    const more = MORE[name] ?? {};
    const metric = {
      namespace: isOurs ? "Shoal/Input" : "AWS/MediaLive",
      name,
      dimensions: { ...dimensions, ...more },
    };
    cloudWatch.record(metric, value, NOON + seconds);
  }
}

/** build/cost/estimate.ts counts as many. */
const MEDIALIVE_METRICS = 8;

/** Dimensions that some metrics have besides. */
const MORE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  OutputAudioLevelDbfs: { AudioDescriptionName: "audio" },
  Output4xxErrors: { OutputGroupName: "package" },
  Output5xxErrors: { OutputGroupName: "package" },
};

const read = (more: Partial<MetricSources> = {}) =>
  inputMinutes(client, { channelId: "1", hasInputMetrics: true, ...more }, 10, new Date((NOON + 120) * 1000));

/** What nobody measured. */
const UNKNOWN = {
  ...NOT_MEASURED,
  segments: null,
  outputErrors: 0,
  edgeErrorPercent: null,
};

test("a pipeline's minutes have the least and the most of each figure", async () => {
  const good = { ActiveAlerts: 0, NetworkIn: 6, InputVideoFrameRate: 30, FillMsec: 0, DroppedFrames: 0 };
  report("0", { ...good, KeyframeSeconds: 2, AudioFrameRate: 47 }, 70);
  report("0", { ...good, KeyframeSeconds: 4, AudioFrameRate: 46 }, 5);
  report(
    "0",
    { ...good, NetworkIn: 1, InputVideoFrameRate: 20, FillMsec: 1500, DroppedFrames: 2, ActiveAlerts: 1 },
    6,
  );
  expect(await read()).toEqual({
    "0": [
      {
        minute: MINUTE,
        megabitsPerSecond: { least: 1, most: 6 },
        framesPerSecond: { least: 20, most: 30 },
        filledSeconds: 1.5,
        droppedFrames: 2,
        ...UNKNOWN,
        keyframeSeconds: { least: 4, most: 4 },
        audioFramesPerSecond: { least: 46, most: 46 },
      },
      expect.objectContaining({ minute: MINUTE + 1, megabitsPerSecond: { least: 6, most: 6 } }),
    ],
  });
});

test("a minute without a report of alerts didn't run; what else is missing is none, or isn't measured", async () => {
  report("0", { NetworkIn: 6 }, 5);
  report("1", { ActiveAlerts: 0 }, 5);
  expect(await read()).toEqual({
    "1": [
      {
        minute: MINUTE,
        megabitsPerSecond: { least: 0, most: 0 },
        framesPerSecond: { least: 0, most: 0 },
        filledSeconds: 0,
        droppedFrames: 0,
        ...UNKNOWN,
      },
    ],
  });
});

test("what only the laptop's encoder measures, and what happens now and then", async () => {
  const sound = { OutputAudioLevelDbfs: -12, ClippedPercent: 7, AudioAheadSeconds: -0.1 };
  const picture = { PictureHeight: 1080, Profile: 100, OpenKeyframes: 1 };
  report("0", { ActiveAlerts: 0, ...sound, ...picture, PublishersTurnedAway: 1, CodecsRefused: 1 }, 5);
  report("0", { OutputAudioLevelDbfs: -50, PublishersArrived: 1, PublishersTurnedAway: 1 }, 6);
  report("0", { Output4xxErrors: 2, Output5xxErrors: 1 }, 7);
  expect((await read())["0"]).toMatchObject([
    {
      audioDecibels: { least: -50, most: -12 },
      clippedPercent: 7,
      audioAheadSeconds: { least: -0.1, most: -0.1 },
      pictureHeight: 1080,
      profile: 100,
      openKeyframes: 1,
      publishersArrived: 1,
      publishersTurnedAway: 2,
      codecsRefused: 1,
      outputErrors: 3,
    },
  ]);
});

test("packager and edge are asked where they are known", async () => {
  report("0", { ActiveAlerts: 0 }, 5);
  report("0", { ActiveAlerts: 0 }, 65);
  const segment = { ChannelGroup: "shoal", Channel: "live" };
  for (const second of [1, 2, 3]) {
    const metric = { namespace: "AWS/MediaPackage", name: "IngressRequestCount", dimensions: segment };
    cloudWatch.record(metric, 1, NOON + second);
  }
  const edge = { DistributionId: "E1", Region: "Global" };
  for (const percent of [0, 100, 0, 0]) {
    const metric = { namespace: "AWS/CloudFront", name: "5xxErrorRate", dimensions: edge };
    cloudWatch.record(metric, percent, NOON + 5);
  }
  expect((await read({ channelGroup: "shoal", edge: { client, distributionId: "E1" } }))["0"]).toMatchObject([
    { segments: 3, edgeErrorPercent: 25 },
    { segments: 0, edgeErrorPercent: null },
  ]);
  expect((await read({ channelGroup: "another" }))["0"]).toMatchObject([{ segments: 0 }, { segments: 0 }]);
});

test("a second pipeline is asked for unless the channel has one", async () => {
  for (const pipeline of ["0", "1"]) report(pipeline, { ActiveAlerts: 0 }, 5);
  expect(Object.keys(await read())).toEqual(["0", "1"]);
  expect(Object.keys(await read({ pipelines: 1 }))).toEqual(["0"]);
});

test("a service that answers with nothing tells of no pipeline", async () => {
  const silent = { send: async () => ({}) } as unknown as CloudWatchClient;
  expect(await inputMinutes(silent, { channelId: "1" }, 10, new Date())).toEqual({});
  const halves = {
    send: async () => ({ MetricDataResults: [{}, { Id: "alerts_Maximum_0", Timestamps: [new Date(0)] }] }),
  };
  expect(
    await inputMinutes(halves as unknown as CloudWatchClient, { channelId: "1" }, 10, new Date()),
  ).toMatchObject({
    "0": [{ minute: 0, droppedFrames: 0 }],
  });
});

test("what MediaLive doesn't measure isn't asked for where it encodes: each question has its price", async () => {
  report("0", { ActiveAlerts: 0, KeyframeSeconds: 8 }, 5);
  expect((await read({ hasInputMetrics: false }))["0"]).toMatchObject([{ keyframeSeconds: null }]);
  const asked: string[] = [];
  const counting = {
    send: async ({
      input,
    }: {
      input: { MetricDataQueries: { MetricStat: { Metric: { MetricName: string } } }[] };
    }) => {
      asked.push(...input.MetricDataQueries.map(({ MetricStat }) => MetricStat.Metric.MetricName));
      return {};
    },
  } as unknown as CloudWatchClient;
  await inputMinutes(counting, { channelId: "1", pipelines: 1 }, 10, new Date());
  expect(new Set(asked).size).toBe(MEDIALIVE_METRICS);
  expect(asked).not.toContain("KeyframeSeconds");
});
