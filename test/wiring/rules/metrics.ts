/** Alarms and dashboards look at metrics that exist, of resources that are there. */

import { codeOf } from "../asks.ts";
import { list } from "../distributions.ts";
import { AWS_METRICS, type Json } from "../identity.ts";
import { alarmMetrics, metricsIn } from "../metrics.ts";
import type { Rule } from "../rule.ts";
import { type StackResource, shortType } from "../stack.ts";

export const metricRules: Readonly<Record<string, Rule>> = {
  *"each metric is one that its service has"({ stack }) {
    for (const { where, namespace, name } of metricsIn(stack)) {
      if (!/^\w+\/\w+$/.test(namespace)) yield `${where} doesn't say whose ${name} it looks at`;
      if (namespace.startsWith("AWS/") && !AWS_METRICS.has(`${namespace} ${name}`))
        yield `${where} looks at ${namespace} ${name}, which doesn't exist`;
    }
  },

  *"an alarm on what a function prints looks at what its code counts"({ stack, code }) {
    for (const { where, namespace, name, dimensions } of alarmMetrics(stack)) {
      if (namespace.startsWith("AWS/")) continue;
      const printers = dimensions.flatMap(([, value]) => stack.find("AWS::Lambda::Function", value) ?? []);
      if (printers.length === 0) yield `${where}: nobody prints ${namespace} ${name}`;
      for (const printer of printers) {
        const { namespaces, names } = codeOf(stack, printer, code);
        if (!namespaces.includes(namespace) || !names.includes(name))
          yield `${where}: ${printer.id} doesn't print ${namespace} ${name}`;
      }
    }
  },

  *"each dimension's value is a resource of that kind"({ stack }) {
    for (const { where, namespace, dimensions } of metricsIn(stack)) {
      for (const [name, value] of dimensions) {
        const wanted = stack.resources.filter((resource) => dimensionsOf(resource).includes(name));
        const ofService = wanted.filter(({ type }) => fits(namespace, type));
        const named = stack.named(value)?.resource;
        if (wanted.length > 0 ? !named || !ofService.includes(named) : !(name in FREE || name in NAMED))
          yield `${where}: ${name} is ${value}, which is none of ${ofService.map(({ id }) => id).join(", ")}`;
        else if (wanted.length > 0 && stack.named(value)?.resource.identity.ref !== value)
          yield `${where}: ${name} is ${value}, not what the metric is counted by`;
        const called = NAMED[name];
        if (
          called &&
          !stack.ofType(called.type).some(({ properties }) => properties[called.property] === value)
        )
          yield `${where}: no ${name} is called ${value}`;
        const allowed = FREE[name as keyof typeof FREE];
        if (allowed && !allowed.test(String(value))) yield `${where}: ${name} is ${value}`;
      }
    }
  },

  *"each metric is of something in the stack, and counted as its service counts it"({ stack }) {
    for (const { where, namespace, name, dimensions } of metricsIn(stack)) {
      const isOurs = dimensions.some(([, value]) => stack.named(value) || value === stack.place.stackName);
      if (!isOurs) yield `${where}: ${namespace} ${name} is everybody's`;
      for (const [service, wanted] of Object.entries(COUNTED_BY))
        if (
          `${namespace} ${name}`.startsWith(service) &&
          !dimensions.some(([dimension]) => dimension === wanted)
        )
          yield `${where}: ${name} is of no ${wanted}`;
    }
  },

  *"what is watched of one pipeline is watched of all that the channel has"({ stack }) {
    for (const { identity, properties } of stack.ofType("AWS::MediaLive::Channel")) {
      const pipelines = properties["ChannelClass"] === "STANDARD" ? ["0", "1"] : ["0"];
      const watched = metricsIn(stack).flatMap(({ where, namespace, name, dimensions }) => {
        const { ChannelId, Pipeline } = Object.fromEntries(dimensions);
        return ChannelId === identity.ref ? [{ what: `${where}: ${namespace} ${name}`, Pipeline }] : [];
      });
      for (const [what, rows] of Map.groupBy(watched, (row) => row.what)) {
        const seen = [...new Set(rows.map(({ Pipeline }) => String(Pipeline)))].sort();
        if (seen.join() !== pipelines.join()) yield `${what} is that of pipeline ${seen}, not ${pipelines}`;
      }
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

  *"an alarm on a function is named after it"({ stack, code }) {
    const functions = stack.ofType("AWS::Lambda::Function");
    for (const { where: id, namespace, name, dimensions } of alarmMetrics(stack)) {
      // One that sets two functions beside each other is named after both.
      const closest = id.split("Without").map((part) => ({
        part,
        callee: functions.toSorted((a, b) => likeness(part, b.id) - likeness(part, a.id))[0],
      }));
      const watched = dimensions.flatMap(([, value]) => stack.find("AWS::Lambda::Function", value) ?? []);
      for (const each of watched) {
        const isAnothers = closest.every(({ part, callee }) => {
          // What the one of that name doesn't count is another's.
          const counts =
            callee && (namespace.startsWith("AWS/") || codeOf(stack, callee, code).names.includes(name));
          return counts && likeness(part, callee.id) > likeness(part, each.id);
        });
        if (isAnothers)
          yield `${id} watches ${each.id}, not ${closest.map(({ callee }) => callee?.id).join(" or ")}`;
      }
    }
  },

  *"an alarm that sets two functions beside each other looks at both"({ stack }) {
    const functions = stack.ofType("AWS::Lambda::Function");
    for (const [id, metrics] of Map.groupBy(alarmMetrics(stack), ({ where }) => where)) {
      const values = metrics.flatMap(({ dimensions }) => dimensions.map(([, value]) => value));
      const watched = new Set(values.map((value) => stack.find("AWS::Lambda::Function", value)));
      for (const part of id.includes("Without") ? id.split("Without") : [])
        if (!watched.has(functions.toSorted((a, b) => likeness(part, b.id) - likeness(part, a.id))[0]))
          yield `${id} doesn't look at what ${part} means`;
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

/** The part of a function's name that an alarm's name has in it, word by word; of two whole names, the longer. */
function likeness(alarm: string, id: string): number {
  const words = (name: string): string[] => name.match(/[A-Z][a-z]+/g) ?? [];
  const own = words(id.replace(/Function$/, ""));
  const shared = own.filter((word) => words(alarm).includes(word)).length;
  return shared / own.length + shared / 100;
}

/** Dimensions that name no resource of the stack. */
const FREE = {
  Pipeline: /^[01]$/,
  Region: /^Global$/,
  Stage: /^\w+$/,
  Route: /^\$?\w+$/,
  OutputGroupName: /./,
  ActiveInputFailoverLabel: /./,
  GroupName: /./,
  Operation: /^\w+$/,
};

/** Dimensions by which MediaPackage counts: names, where `Ref` gives an ARN. */
const NAMED: Readonly<Record<string, { readonly type: string; readonly property: string }>> = {
  ChannelGroup: { type: "AWS::MediaPackageV2::ChannelGroup", property: "ChannelGroupName" },
  Channel: { type: "AWS::MediaPackageV2::Channel", property: "ChannelName" },
  OriginEndpoint: { type: "AWS::MediaPackageV2::OriginEndpoint", property: "OriginEndpointName" },
};

/** A dimension without which there is no such metric, or it is of more than one thing. */
const COUNTED_BY = {
  "AWS/MediaLive ": "Pipeline",
  "AWS/CloudFront ": "Region",
  "AWS/MediaPackage Ingress": "Channel",
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
