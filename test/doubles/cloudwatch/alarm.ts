/**
 * Judges metrics as a CloudWatch alarm of the template does: m of the last n periods, with missing ones as it treats them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */

import type { Resource } from "../../../local/template.ts";
import { evaluateMath, type Range } from "./metric-math.ts";
import type { MetricId, MetricStore, Series } from "./metric-store.ts";

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

interface MetricQuery {
  readonly Id: string;
  readonly ReturnData?: boolean | string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly Dimension[];
    };
    readonly Period: number | string;
    readonly Stat: string;
  };
}

/** One metric that an alarm reads, with what it makes of its samples. */
export interface WatchedMetric extends MetricId {
  readonly id: string;
  readonly statistic: string;
  readonly periodSeconds: number;
}

/** All metrics that an alarm reads: CloudWatch charges for each. */
export function watchedMetrics({ properties }: Resource): WatchedMetric[] {
  if (properties.at("MetricName").exists) {
    return [
      {
        id: "metric",
        namespace: properties.at("Namespace").text(),
        name: properties.at("MetricName").text(),
        dimensions: dimensionsOf(properties.at("Dimensions").raw as Dimension[]),
        statistic: properties.at("Statistic").text(),
        periodSeconds: properties.at("Period").number(),
      },
    ];
  }
  return queriesOf(properties).flatMap(({ Id, MetricStat }) => {
    if (!MetricStat) return [];
    const { Namespace, MetricName, Dimensions = [] } = MetricStat.Metric;
    return {
      id: Id,
      namespace: Namespace,
      name: MetricName,
      dimensions: dimensionsOf(Dimensions),
      statistic: MetricStat.Stat,
      periodSeconds: Number(MetricStat.Period),
    };
  });
}

/** Whether an alarm fires when its last period is the one that ends at this time. */
export function isInAlarm(alarm: Resource, metrics: MetricStore, epochSeconds: number): boolean {
  const { properties } = alarm;
  if (properties.at("ComparisonOperator").text() !== "GreaterThanOrEqualToThreshold")
    throw new Error(`${alarm.id} compares in a way that this stand-in doesn't know`);
  if (properties.at("TreatMissingData").text() !== "notBreaching")
    throw new Error(`${alarm.id} treats missing data in a way that this stand-in doesn't know`);
  const watched = watchedMetrics(alarm);
  const periodSeconds = watched[0]?.periodSeconds ?? 0;
  if (watched.some((metric) => metric.periodSeconds !== periodSeconds))
    throw new Error(`${alarm.id} mixes periods, which this stand-in doesn't`);

  const count = properties.at("EvaluationPeriods").number();
  const last = Math.floor(epochSeconds / periodSeconds) - 1;
  const range = { first: last - count + 1, last };
  const values = seriesOf(alarm, watched, metrics, range);
  const threshold = properties.at("Threshold").number();
  let breaching = 0;
  for (let period = range.first; period <= range.last; period++) {
    const value = values.get(period);
    if (value !== undefined && value >= threshold) breaching++;
  }
  return breaching >= properties.at("DatapointsToAlarm").number(count);
}

function seriesOf(
  { properties }: Resource,
  watched: readonly WatchedMetric[],
  metrics: MetricStore,
  range: Range,
): Series {
  const series = Object.fromEntries(
    watched.map((metric) => [
      metric.id,
      within(metrics.series(metric, metric.statistic, metric.periodSeconds), range),
    ]),
  );
  if (series["metric"]) return series["metric"];
  const [returned, ...others] = queriesOf(properties).filter(
    ({ ReturnData }) => String(ReturnData ?? true) === "true",
  );
  if (!returned?.Expression || others.length > 0) throw new Error("an alarm returns exactly one expression");
  return evaluateMath(returned.Expression, series, range);
}

function queriesOf(properties: Resource["properties"]): readonly MetricQuery[] {
  return properties.at("Metrics").raw as MetricQuery[];
}

function within(series: Series, { first, last }: Range): Series {
  return new Map([...series].filter(([period]) => period >= first && period <= last));
}

function dimensionsOf(dimensions: readonly Dimension[]): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}
