/** The metrics at which a stack's alarms and dashboards look. */

import { list } from "./distributions.ts";
import type { Json } from "./identity.ts";
import type { Stack } from "./stack.ts";

interface Metric {
  /** Logical id of the alarm or dashboard. */
  readonly where: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [name: string, value: unknown])[];
}

export function metricsIn(stack: Stack): Metric[] {
  return [...alarmMetrics(stack), ...dashboardMetrics(stack)];
}

export function alarmMetrics(stack: Stack): Metric[] {
  return stack.ofType("AWS::CloudWatch::Alarm").flatMap(({ id, properties }) => {
    const nested = list(properties["Metrics"]).flatMap(({ MetricStat }) => {
      const metric = (MetricStat as Json | undefined)?.["Metric"];
      return metric === undefined ? [] : [metric as Json];
    });
    const all = properties["MetricName"] === undefined ? nested : [properties, ...nested];
    return all.map(({ Namespace, MetricName, Dimensions }) => ({
      where: id,
      namespace: String(Namespace),
      name: String(MetricName ?? ""),
      dimensions: list(Dimensions).map(({ Name, Value }) => [String(Name), Value] as const),
    }));
  });
}

/** A dashboard's rows: namespace, name, pairs of dimensions, options. */
function dashboardMetrics(stack: Stack): Metric[] {
  return stack.ofType("AWS::CloudWatch::Dashboard").flatMap(({ id, properties }) => {
    const { widgets } = JSON.parse(String(properties["DashboardBody"])) as { readonly widgets: Json[] };
    const rows = widgets.flatMap(
      (widget) => ((widget["properties"] as Json)["metrics"] ?? []) as unknown[][],
    );
    return rows.flatMap((row): Metric[] => {
      const [namespace, name, ...rest] = row.filter((cell) => typeof cell === "string");
      if (namespace === undefined) return [];
      const pairs = Array.from(
        { length: Math.floor(rest.length / 2) },
        (_, index) => [String(rest[2 * index]), rest[2 * index + 1]] as const,
      );
      return [{ where: id, namespace, name: String(name), dimensions: pairs }];
    });
  });
}
