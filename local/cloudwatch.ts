/**
 * Stands in for CloudWatch: keeps metrics by the minute and answers GetMetricData for their minimum, maximum, sum and
 * average, which is all that Shoal asks for.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type LoopbackServer, listenOnLoopback } from "./loopback-server.ts";

interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface CloudWatch extends LoopbackServer {
  record(metric: Metric, value: number, epochSeconds: number): void;
}

/** A request in the SDK's JSON: times are seconds since the epoch. */
interface GetMetricData {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly MetricDataQueries: readonly { readonly Id: string; readonly MetricStat?: MetricStat }[];
}

interface MetricStat {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  };
  readonly Period: number;
  readonly Stat: string;
}

const TARGET = "GraniteServiceVersion20100801.GetMetricData";
const SECONDS_A_MINUTE = 60;

/**
 * CloudWatch keeps data points of a minute for 15 days; nothing here looks back further than auto-stop may be set to.
 */
const KEPT_MINUTES = 24 * 60;

/** What each minute's values add up to, by the minute since the epoch; the oldest first. */
type Series = Map<number, Record<Stat, number> & { readonly count: number }>;

const STATS = ["Minimum", "Maximum", "Sum", "Average"] as const;
type Stat = (typeof STATS)[number];

/** Starts on the loopback address, without any metric. */
export async function startCloudWatch(): Promise<CloudWatch> {
  const metrics = new Map<string, Series>();
  const server = createServer((request, response) => {
    answer(request, metrics).then(
      (results) => send(response, 200, { MetricDataResults: results, Messages: [] }),
      (error: unknown) => {
        const { status, type } =
          error instanceof Refusal ? error : { status: 400, type: "InvalidParameterValue" };
        send(response, status, { __type: type, message: String(error) });
      },
    );
  });
  return {
    ...(await listenOnLoopback(server)),
    record: (metric, value, epochSeconds) => record(metrics, metric, value, epochSeconds),
  };
}

function record(metrics: Map<string, Series>, metric: Metric, value: number, epochSeconds: number): void {
  const key = keyOf(metric);
  const series = metrics.get(key) ?? (new Map() as Series);
  metrics.set(key, series);
  const minute = Math.floor(epochSeconds / SECONDS_A_MINUTE);
  const known = series.get(minute);
  const [Sum, count] = [(known?.Sum ?? 0) + value, (known?.count ?? 0) + 1];
  series.set(minute, {
    Minimum: Math.min(value, known?.Minimum ?? value),
    Maximum: Math.max(value, known?.Maximum ?? value),
    Sum,
    count,
    Average: Sum / count,
  });
  const [oldest] = series.keys();
  if (oldest !== undefined && series.size > KEPT_MINUTES) series.delete(oldest);
}

/** An error in AWS's shape: the SDK makes an exception of the type's name. */
class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** Answers each query of the request. Rejects with a Refusal, or with the error of a body that can't be read. */
async function answer(
  request: IncomingMessage,
  metrics: ReadonlyMap<string, Series>,
): Promise<readonly object[]> {
  const target = String(request.headers["x-amz-target"]);
  const body = (await json(request)) as GetMetricData;
  if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
    throw new Refusal(403, "MissingAuthenticationToken", "The request isn't signed");
  }
  if (target !== TARGET) {
    throw new Refusal(400, "UnknownOperationException", `${target} is not part of this stand-in`);
  }
  return body.MetricDataQueries.map(({ Id, MetricStat: stat }) => {
    const known = STATS.find((name) => name === stat?.Stat);
    if (!stat || !known || stat.Period !== SECONDS_A_MINUTE) {
      throw new Error(
        `${Id} must ask for a metric's ${STATS.join(", ")} with a Period of 60: this stand-in knows no other`,
      );
    }
    return { Id, ...resultOf(stat, known, body, metrics) };
  });
}

/** As CloudWatch answers by default: the newest first, with the minutes that StartTime and EndTime lie in. */
function resultOf(
  { Metric }: MetricStat,
  stat: Stat,
  { StartTime, EndTime }: GetMetricData,
  metrics: ReadonlyMap<string, Series>,
): object {
  const { Namespace, MetricName, Dimensions = [] } = Metric;
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const key = keyOf({ namespace: Namespace, name: MetricName, dimensions });
  const points = [...(metrics.get(key) ?? [])]
    .map(([minute, values]) => ({ seconds: minute * SECONDS_A_MINUTE, value: values[stat] }))
    .filter(({ seconds }) => seconds > StartTime - SECONDS_A_MINUTE && seconds < EndTime)
    .toReversed();
  return {
    Label: MetricName,
    StatusCode: "Complete",
    Timestamps: points.map(({ seconds }) => seconds),
    Values: points.map(({ value }) => value),
  };
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}
