/** Reads what a channel's input was like from its services' metrics, and from those that only the laptop's encoder has. */

import type { CloudWatchClient, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { InputMinute, Range } from "./minutes.ts";

/** Where the metrics of a channel are. What isn't given isn't measured. */
export interface MetricSources {
  readonly channelId: string;
  /** Whether the encoder measures its input itself, as the laptop's does. MediaLive doesn't, and each question has its price. */
  readonly hasInputMetrics?: boolean;
  /** How many the channel has; both are asked for where that isn't known, and one without metrics isn't told of. */
  readonly pipelines?: number;
  /** Of MediaPackage, which has one channel, `live`. */
  readonly channelGroup?: string | undefined;
  /** CloudFront counts in us-east-1, whatever the stack's region. */
  readonly edge?: { readonly client: CloudWatchClient; readonly distributionId: string } | undefined;
}

const PIPELINES = ["0", "1"] as const;

type Stat = "Minimum" | "Maximum" | "Sum" | "Average";

const ENDS: readonly Stat[] = ["Minimum", "Maximum"];
const AUDIO = { AudioDescriptionName: "audio" };
const OUTPUTS = { OutputGroupName: "package" };

/** Of what the laptop's encoder measures besides. */
const INPUT_NAMESPACE = "Shoal/Input";

/** What each figure is made of: namespace, metric, which of its statistics, and dimensions besides channel and pipeline. */
const METRICS = {
  alerts: ["AWS/MediaLive", "ActiveAlerts", ["Maximum"]],
  network: ["AWS/MediaLive", "NetworkIn", ENDS],
  frames: ["AWS/MediaLive", "InputVideoFrameRate", ENDS],
  filled: ["AWS/MediaLive", "FillMsec", ["Maximum"]],
  dropped: ["AWS/MediaLive", "DroppedFrames", ["Maximum"]],
  level: ["AWS/MediaLive", "OutputAudioLevelDbfs", ENDS, AUDIO],
  refusals: ["AWS/MediaLive", "Output4xxErrors", ["Sum"], OUTPUTS],
  failures: ["AWS/MediaLive", "Output5xxErrors", ["Sum"], OUTPUTS],
  keyframes: [INPUT_NAMESPACE, "KeyframeSeconds", ENDS],
  open: [INPUT_NAMESPACE, "OpenKeyframes", ["Maximum"]],
  audio: [INPUT_NAMESPACE, "AudioFrameRate", ENDS],
  clipped: [INPUT_NAMESPACE, "ClippedPercent", ["Maximum"]],
  ahead: [INPUT_NAMESPACE, "AudioAheadSeconds", ENDS],
  height: [INPUT_NAMESPACE, "PictureHeight", ["Maximum"]],
  profile: [INPUT_NAMESPACE, "Profile", ["Maximum"]],
  arrived: [INPUT_NAMESPACE, "PublishersArrived", ["Sum"]],
  away: [INPUT_NAMESPACE, "PublishersTurnedAway", ["Sum"]],
  codecs: [INPUT_NAMESPACE, "CodecsRefused", ["Sum"]],
} as const satisfies Record<
  string,
  readonly [namespace: string, name: string, stats: readonly Stat[], more?: Readonly<Record<string, string>>]
>;

type MetricName = keyof typeof METRICS;
type Figure = Partial<Record<Stat, number>>;
type Figures = ReadonlyMap<number, Partial<Record<MetricName, Figure>>>;
/** Values by the minute since the epoch. */
type Series = ReadonlyMap<number, number>;

/** The last minutes of each pipeline that ran, the oldest first. */
export async function inputMinutes(
  client: CloudWatchClient,
  { channelId, hasInputMetrics = false, pipelines = PIPELINES.length, channelGroup, edge }: MetricSources,
  minutes: number,
  now: Date,
): Promise<Readonly<Record<string, readonly InputMinute[]>>> {
  const read = (from: CloudWatchClient, MetricDataQueries: MetricDataQuery[]) =>
    seriesIn(from, MetricDataQueries, new Date(now.getTime() - minutes * 60_000), now);
  const [series, edgeSeries] = await Promise.all([
    read(client, [
      ...PIPELINES.slice(0, pipelines).flatMap((pipeline) =>
        pipelineQueries(channelId, pipeline, hasInputMetrics),
      ),
      ...(channelGroup === undefined ? [] : [segmentsQuery(channelGroup)]),
    ]),
    edge ? read(edge.client, [edgeQuery(edge.distributionId)]) : new Map<string, Series>(),
  ]);
  const shared = {
    segments: series.get("segments") ?? null,
    edge: edgeSeries.get("edge"),
  };
  const found = PIPELINES.map(
    (pipeline) => [pipeline, minutesOf(figuresOf(series, pipeline), shared)] as const,
  );
  return Object.fromEntries(found.filter(([, those]) => those.length > 0));
}

async function seriesIn(
  client: CloudWatchClient,
  MetricDataQueries: MetricDataQuery[],
  StartTime: Date,
  EndTime: Date,
): Promise<ReadonlyMap<string, Series>> {
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({ StartTime, EndTime, MetricDataQueries }),
  );
  return new Map(
    MetricDataResults.map(({ Id = "", Timestamps = [], Values = [] }) => [
      Id,
      new Map(Timestamps.map((time, index) => [Math.floor(time.getTime() / 60_000), Values[index] ?? 0])),
    ]),
  );
}

function figuresOf(series: ReadonlyMap<string, Series>, pipeline: string): Figures {
  const figures = new Map<number, Partial<Record<MetricName, Figure>>>();
  for (const [id, values] of series) {
    const [name, stat, of] = id.split("_") as [MetricName, Stat, string];
    if (of !== pipeline) continue;
    for (const [minute, value] of values) {
      const known = figures.get(minute) ?? {};
      figures.set(minute, { ...known, [name]: { ...known[name], [stat]: value } });
    }
  }
  return figures;
}

interface Shared {
  readonly segments: Series | null;
  readonly edge: Series | undefined;
}

/** A running pipeline reports its alerts every second, even if there are none: a minute without did not run. */
function minutesOf(figures: Figures, { segments, edge }: Shared): InputMinute[] {
  return [...figures]
    .filter(([, { alerts }]) => alerts?.Maximum !== undefined)
    .map(([minute, figure]) => ({
      minute,
      megabitsPerSecond: rangeOf(figure.network) ?? NONE,
      framesPerSecond: rangeOf(figure.frames) ?? NONE,
      filledSeconds: (figure.filled?.Maximum ?? 0) / 1000,
      droppedFrames: figure.dropped?.Maximum ?? 0,
      keyframeSeconds: rangeOf(figure.keyframes),
      openKeyframes: figure.open?.Maximum ?? null,
      audioFramesPerSecond: rangeOf(figure.audio),
      audioDecibels: rangeOf(figure.level),
      clippedPercent: figure.clipped?.Maximum ?? null,
      audioAheadSeconds: rangeOf(figure.ahead),
      pictureHeight: figure.height?.Maximum ?? null,
      profile: figure.profile?.Maximum ?? null,
      publishersArrived: figure.arrived?.Sum ?? null,
      publishersTurnedAway: figure.away?.Sum ?? null,
      codecsRefused: figure.codecs?.Sum ?? null,
      segments: segments && (segments.get(minute) ?? 0),
      outputErrors: (figure.refusals?.Sum ?? 0) + (figure.failures?.Sum ?? 0),
      edgeErrorPercent: edge?.get(minute) ?? null,
    }))
    .toSorted((one, other) => one.minute - other.minute);
}

const NONE: Range = { least: 0, most: 0 };

function rangeOf(figure: Figure | undefined): Range | null {
  if (figure?.Minimum === undefined || figure.Maximum === undefined) return null;
  return { least: figure.Minimum, most: figure.Maximum };
}

function pipelineQueries(channelId: string, pipeline: string, hasInputMetrics: boolean): MetricDataQuery[] {
  return Object.entries(METRICS)
    .filter(([, [namespace]]) => hasInputMetrics || namespace !== INPUT_NAMESPACE)
    .flatMap(([figure, [namespace, name, stats, more = {}]]) =>
      stats.map((stat) =>
        query(`${figure}_${stat}_${pipeline}`, namespace, name, stat, {
          ChannelId: channelId,
          Pipeline: pipeline,
          ...more,
        }),
      ),
    );
}

function segmentsQuery(channelGroup: string): MetricDataQuery {
  const dimensions = { ChannelGroup: channelGroup, Channel: "live" };
  return query("segments", "AWS/MediaPackage", "IngressRequestCount", "Sum", dimensions);
}

function edgeQuery(distributionId: string): MetricDataQuery {
  const dimensions = { DistributionId: distributionId, Region: "Global" };
  return query("edge", "AWS/CloudFront", "5xxErrorRate", "Average", dimensions);
}

function query(
  Id: string,
  Namespace: string,
  MetricName: string,
  Stat: Stat,
  dimensions: Readonly<Record<string, string>>,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat } };
}
