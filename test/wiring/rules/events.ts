/** Rules on events meet those that their service sends, of this stack's channel alone, and tell people in a sentence. */

import { readdirSync, readFileSync } from "node:fs";
import { codeOf } from "../asks.ts";
import { list, map } from "../distributions.ts";
import type { Json } from "../identity.ts";
import type { Rule } from "../rule.ts";
import type { Stack, StackResource } from "../stack.ts";

/** Real events of AWS's services, in the shapes that their documentation gives. */
const SAMPLES = new URL("../../../events/", import.meta.url);

const CHANNEL_ARN = /arn:aws:medialive:[\w-]+:\d{12}:channel:\w+/g;

/** Alerts come again when they are over, with another state: a notice then would be false. */
const OVER: Json = { alarm_state: "CLEARED" };

const samples = readdirSync(SAMPLES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(new URL(name, SAMPLES), "utf8"))
  .filter((text) => typeof (JSON.parse(text) as Json)["detail-type"] === "string");

export const eventRules: Readonly<Record<string, Rule>> = {
  *"a rule on events meets what its service sends of this stack, and nothing else"({ stack }) {
    for (const { id, properties } of eventRulesIn(stack)) {
      const pattern = map(properties["EventPattern"]);
      const met = eventsOf(stack).filter((event) => meets(pattern, event));
      if (met.length !== 1) yield `${id} meets ${met.length} kinds of event`;
      // A function reads whether an alert is over; people would take it for another.
      const isForPeople = list(properties["Targets"]).some(
        ({ Arn }) => stack.named(Arn)?.resource.type === "AWS::SNS::Topic",
      );
      for (const event of met)
        for (const [what, stranger] of [...strangersTo(event), ...(isForPeople ? overOf(event) : [])])
          if (meets(pattern, stranger)) yield `${id} also meets ${what}`;
    }
  },

  *"a rule tells somebody"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::Events::Rule")) {
      const targets = list(properties["Targets"]);
      if (targets.length === 0) yield `${id} tells nobody`;
      for (const { Arn } of targets) {
        const { resource, attribute } = stack.named(Arn) ?? {};
        const isTopic = resource?.type === "AWS::SNS::Topic";
        const isFunction = resource?.type === "AWS::Lambda::Function" && attribute === "Arn";
        if (!isTopic && !isFunction) yield `${id} tells ${Arn}`;
      }
    }
  },

  *"a function is told of its channel's states, and of its alerts if it reads them"({ stack, code }) {
    const heard = new Map<StackResource, string[]>();
    // Who starts the channel by itself goes on when it has stopped.
    for (const starter of clockwork(stack))
      if (codeOf(stack, starter, code).actions.includes("medialive:StartChannel")) heard.set(starter, []);
    for (const { properties } of eventRulesIn(stack))
      for (const { Arn } of list(properties["Targets"])) {
        const target = stack.named(Arn)?.resource;
        if (target?.type !== "AWS::Lambda::Function") continue;
        const met = eventsOf(stack).filter((event) => meets(map(properties["EventPattern"]), event));
        heard.set(target, [
          ...(heard.get(target) ?? []),
          ...met.map((event) => String(event["detail-type"])),
        ]);
      }
    const all = new Set(
      eventsOf(stack)
        .map((event) => String(event["detail-type"]))
        .filter(isOfChannel),
    );
    for (const [holder, kinds] of heard) {
      const reads = codeOf(stack, holder, code).names;
      for (const kind of all) {
        const isNeeded = !kind.endsWith("Alert") || reads.includes("alert_type");
        if (isNeeded && !kinds.includes(kind)) yield `${holder.id} isn't told of each ${kind}`;
      }
    }
  },

  *"a function whose code knows scheduled events is run by a schedule"({ stack, code }) {
    const run = clockwork(stack);
    for (const holder of stack.ofType("AWS::Lambda::Function"))
      if (codeOf(stack, holder, code).names.includes("Scheduled") && !run.includes(holder))
        yield `nothing runs ${holder.id} by the clock`;
  },

  *"a schedule gives its function an event of the clock's, with the time that Scheduler fills in"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::Scheduler::Schedule")) {
      const input = JSON.parse(String(map(properties["Target"])["Input"] ?? "{}")) as Json;
      if (input["detail-type"] !== "Scheduled Event") yield `${id} gives no Scheduled Event`;
      if (input["time"] !== "<aws.scheduler.scheduled-time>")
        yield `${id} doesn't say for which minute it is`;
    }
  },

  *"what people are told is a sentence, made of what the event has"({ stack }) {
    for (const { id, properties } of eventRulesIn(stack)) {
      const event = eventsOf(stack).find((each) => meets(map(properties["EventPattern"]), each));
      for (const { Arn, InputTransformer } of list(properties["Targets"])) {
        if (stack.named(Arn)?.resource.type !== "AWS::SNS::Topic") continue;
        const { InputPathsMap, InputTemplate } = map(InputTransformer);
        const paths = Object.entries(map(InputPathsMap)).map(([name, path]) => [name, String(path)] as const);
        const template = String(InputTemplate ?? "");
        const used = new Set([...template.matchAll(/<([\w-]+)>/g)].map(([, name = ""]) => name));
        if (used.size === 0) yield `${id} tells nothing of its event`;
        for (const name of used) if (!(name in map(InputPathsMap))) yield `${id} has no ${name} to tell`;
        for (const [name, path] of paths) {
          if (!used.has(name)) yield `${id} doesn't tell its ${name}`;
          if (event && typeof at(event, path) !== "string") yield `${id}'s events have no ${path}`;
        }
        // EventBridge takes a text only as JSON, in quotes.
        if (!/^"[^"\n]+"$/.test(template)) yield `${id} tells no sentence`;
      }
    }
  },
};

function isOfChannel(kind: string): boolean {
  return kind.startsWith("MediaLive Channel ");
}

/** The functions that schedules run. */
function clockwork(stack: Stack): StackResource[] {
  return stack
    .ofType("AWS::Events::Rule")
    .filter(({ properties }) => properties["ScheduleExpression"] !== undefined)
    .flatMap(({ properties }) => list(properties["Targets"]))
    .concat(stack.ofType("AWS::Scheduler::Schedule").map(({ properties }) => map(properties["Target"])))
    .map(({ Arn }) => stack.named(Arn)?.resource)
    .filter((resource) => resource?.type === "AWS::Lambda::Function") as StackResource[];
}

function eventRulesIn(stack: Stack): StackResource[] {
  return stack
    .ofType("AWS::Events::Rule")
    .filter(({ properties }) => properties["EventPattern"] !== undefined);
}

/** The samples, as this stack's channels would send them. */
function eventsOf(stack: Stack): Json[] {
  const channels = stack.ofType("AWS::MediaLive::Channel");
  return samples.flatMap((text) =>
    channels.map(
      ({ identity }) => JSON.parse(text.replace(CHANNEL_ARN, String(identity.attributes["Arn"]))) as Json,
    ),
  );
}

/** Each member of a pattern is a pattern for the event's member, or lists the values that it may have. */
function meets(pattern: Json, event: Json): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = event[name];
    if (Array.isArray(wanted)) return wanted.includes(value);
    return typeof value === "object" && value !== null && meets(wanted as Json, value as Json);
  });
}

function strangersTo(event: Json): [string, Json][] {
  const text = JSON.stringify(event);
  return [
    ["events that aren't its service's", { ...event, source: "somebody's" }],
    ["other kinds of event", { ...event, "detail-type": "MediaLive Channel Input Change" }],
    ["another channel's events", JSON.parse(text.replace(CHANNEL_ARN, (arn) => `${arn}0`)) as Json],
  ];
}

function overOf(event: Json): [string, Json][] {
  const detail = map(event["detail"]);
  return Object.entries(OVER)
    .filter(([name]) => name in detail)
    .map(([name, value]) => ["alerts that are over", { ...event, detail: { ...detail, [name]: value } }]);
}

/** The event's part at a path such as `$.detail.state`. */
function at(event: Json, path: string): unknown {
  const [root, ...members] = path.split(".");
  if (root !== "$") return undefined;
  return members.reduce<unknown>((part, member) => (part as Json | undefined)?.[member], event);
}
