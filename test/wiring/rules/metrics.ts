/** Alarms and dashboards look at metrics that exist, of resources that are there. */

import { list } from "../distributions.ts";
import { AWS_METRICS, type Json } from "../identity.ts";
import type { Rule } from "../rule.ts";
import { type Stack, type StackResource, shortType } from "../stack.ts";

interface Metric {
  readonly where: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [name: string, value: unknown])[];
}

export const metricRules: Readonly<Record<string, Rule>> = {
  *"each metric is one that its service has"({ stack }) {
    for (const { where, namespace, name } of metricsIn(stack)) {
      if (!/^\w+\/\w+$/.test(namespace)) yield `${where} doesn't say whose ${name} it looks at`;
      if (namespace.startsWith("AWS/") && !AWS_METRICS.has(`${namespace} ${name}`))
        yield `${where} looks at ${namespace} ${name}, which doesn't exist`;
    }
  },

  *"each dimension's value is a resource of that kind"({ stack }) {
    for (const { where, namespace, dimensions } of metricsIn(stack)) {
      for (const [name, value] of dimensions) {
        const wanted = stack.resources.filter((resource) => dimensionsOf(resource).includes(name));
        const ofService = wanted.filter(({ type }) => fits(namespace, type));
        const named = stack.named(value)?.resource;
        if (wanted.length > 0 ? !named || !ofService.includes(named) : !(name in FREE))
          yield `${where}: ${name} is ${value}, which is none of ${ofService.map(({ id }) => id).join(", ")}`;
        else if (wanted.length > 0 && stack.named(value)?.resource.identity.ref !== value)
          yield `${where}: ${name} is ${value}, not what the metric is counted by`;
        const allowed = FREE[name as keyof typeof FREE];
        if (allowed && !allowed.test(String(value))) yield `${where}: ${name} is ${value}`;
      }
    }
  },

  *"each metric is of something in the stack, and MediaLive's of one pipeline"({ stack }) {
    for (const { where, namespace, name, dimensions } of metricsIn(stack)) {
      const isOurs = dimensions.some(([, value]) => stack.named(value) || value === stack.place.stackName);
      if (!isOurs) yield `${where}: ${namespace} ${name} is everybody's`;
      if (namespace === "AWS/MediaLive" && !dimensions.some(([dimension]) => dimension === "Pipeline"))
        yield `${where}: ${name} is of no pipeline`;
    }
  },

  *"each alarm looks at something, often enough, and knows when it is too much"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::CloudWatch::Alarm")) {
      const stats = list(properties["Metrics"]).flatMap(({ Expression, MetricStat }) => {
        if (Expression !== undefined) return [];
        const { Period, Stat } = (MetricStat ?? {}) as Json;
        return [{ Period, Stat }];
      });
      const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = properties;
      if (MetricName !== undefined) stats.push({ Period, Stat: Statistic ?? ExtendedStatistic });
      if (stats.length === 0 || (MetricName === undefined) !== (Namespace === undefined))
        yield `${id} looks at nothing`;
      const {
        EvaluationPeriods,
        DatapointsToAlarm = EvaluationPeriods,
        Threshold,
        TreatMissingData,
        ComparisonOperator,
      } = properties;
      for (const { Period: seconds, Stat } of stats) {
        if (
          !(
            Number(seconds) >= 60 &&
            Number(seconds) % 60 === 0 &&
            Number(seconds) * Number(EvaluationPeriods) <= 86_400
          )
        )
          yield `${id} looks every ${seconds} s, ${EvaluationPeriods} times`;
        if (!/^(Sum|Average|Minimum|Maximum|SampleCount|p\d+(\.\d+)?)$/.test(String(Stat)))
          yield `${id}: there is no ${Stat}`;
      }
      if (!(Number(DatapointsToAlarm) >= 1)) yield `${id} never fires`;
      if (!(Number(Threshold) > 0) || ComparisonOperator === undefined) yield `${id} has no threshold`;
      if (!["notBreaching", "breaching", "ignore", "missing"].includes(String(TreatMissingData)))
        yield `${id} doesn't say what silence means`;
    }
  },

  *"an alarm on one function is named after it"({ stack }) {
    const functions = stack.ofType("AWS::Lambda::Function");
    for (const { id } of stack.ofType("AWS::CloudWatch::Alarm")) {
      const watched = new Set(
        alarmMetrics(stack)
          .filter(({ where }) => where === id)
          .flatMap(({ dimensions }) =>
            dimensions.map(([, value]) => stack.find("AWS::Lambda::Function", value)),
          )
          .filter((each) => each !== undefined),
      );
      const [one, ...others] = watched;
      const closest = functions.toSorted((a, b) => likeness(id, b.id) - likeness(id, a.id))[0];
      if (one && others.length === 0 && closest && likeness(id, closest.id) > likeness(id, one.id))
        yield `${id} watches ${one.id}, not ${closest.id}`;
    }
  },

  *"a topic has a reader"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::SNS::Topic")) {
      const readers = list(properties["Subscription"]);
      if (readers.length === 0 || readers.some(({ Protocol, Endpoint }) => Protocol !== "email" || !Endpoint))
        yield `nobody reads ${id}`;
    }
  },

  *"each alarm's expression uses the metrics beside it, and one is what it watches"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::CloudWatch::Alarm")) {
      const metrics = list(properties["Metrics"]);
      const ids = metrics.map(({ Id }) => String(Id));
      const watched = metrics.filter(({ ReturnData }) => ReturnData !== false);
      if (metrics.length > 0 && watched.length !== 1) yield `${id} watches ${watched.length} series`;
      const expressions = metrics.flatMap(({ Expression }) =>
        Expression === undefined ? [] : [String(Expression)],
      );
      const words = new Set(
        expressions.flatMap((text) => text.replace(/'[^']*'/g, "").match(/\b[a-z]\w*\b/g) ?? []),
      );
      for (const word of words) if (!ids.includes(word)) yield `${id} has no metric ${word}`;
      for (const each of metrics)
        if (each["ReturnData"] === false && !words.has(String(each["Id"])))
          yield `${id} doesn't use ${each["Id"]}`;
      if (new Set(ids).size < ids.length) yield `${id} has a metric twice`;
      const { DatapointsToAlarm = properties["EvaluationPeriods"], EvaluationPeriods } = properties;
      if (Number(DatapointsToAlarm) > Number(EvaluationPeriods)) yield `${id} can never fire`;
    }
  },

  *"each alarm tells the topic, where there is one, what to do"({ stack }) {
    const topics = stack.ofType("AWS::SNS::Topic");
    for (const { id, properties } of stack.ofType("AWS::CloudWatch::Alarm")) {
      const told = ((properties["AlarmActions"] ?? []) as unknown[]).map((action) =>
        stack.find("AWS::SNS::Topic", action),
      );
      if (topics.length > 0 && (told.length === 0 || told.includes(undefined))) yield `${id} tells nobody`;
      if (String(properties["AlarmDescription"] ?? "").length < 20) yield `${id} doesn't say what to do`;
    }
  },
};

/** The part of a function's name that an alarm's name has in it, word by word. */
function likeness(alarm: string, id: string): number {
  const words = (name: string): string[] => name.match(/[A-Z][a-z]+/g) ?? [];
  const own = words(id.replace(/Function$/, ""));
  return own.filter((word) => words(alarm).includes(word)).length / own.length;
}

/** Dimensions that name no resource of the stack. */
const FREE = {
  Pipeline: /^[01]$/,
  Region: /^Global$/,
  Stage: /^\w+$/,
  Route: /^\$?\w+$/,
  OutputGroupName: /./,
  ActiveInputFailoverLabel: /./,
  ChannelGroup: /./,
  Channel: /./,
  OriginEndpoint: /./,
  GroupName: /./,
  Operation: /^\w+$/,
};

/** What a resource is called in dimensions: `FunctionName`, `ChannelId`, `DistributionId`, `ApiId`. */
function dimensionsOf(resource: StackResource): string[] {
  const { refersBy } = resource.identity;
  return refersBy === "Id" ? [`${shortType(resource)}Id`] : [refersBy];
}

/** `AWS/ApiGateway` counts for `AWS::ApiGatewayV2`; a function's own metrics stand in a namespace of its own. */
function fits(namespace: string, type: string): boolean {
  if (!namespace.startsWith("AWS/")) return type === "AWS::Lambda::Function";
  return type.startsWith(namespace.replace("/", "::"));
}

function metricsIn(stack: Stack): Metric[] {
  return [...alarmMetrics(stack), ...dashboardMetrics(stack)];
}

function alarmMetrics(stack: Stack): Metric[] {
  return stack.ofType("AWS::CloudWatch::Alarm").flatMap(({ id, properties }) => {
    const nested = list(properties["Metrics"]).flatMap(({ MetricStat }) => {
      const metric = (MetricStat as Json | undefined)?.["Metric"];
      return metric === undefined ? [] : [metric as Json];
    });
    const all = properties["MetricName"] === undefined ? nested : [properties, ...nested];
    return all.map(({ Namespace, MetricName, Dimensions }) => ({
      where: id,
      namespace: String(Namespace),
      name: String(MetricName),
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
