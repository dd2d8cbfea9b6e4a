/**
 * Matches an event with an EventBridge rule of the template, and writes the notice that its target gets.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */

import type { Resource } from "../../../local/template.ts";

type Json = Readonly<Record<string, unknown>>;

interface Target {
  readonly Arn: string;
  readonly InputTransformer: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/** What each target of a rule gets for an event, by its ARN; nothing if the event doesn't match. */
export function noticesOf({ properties }: Resource, event: Json): Record<string, string> {
  if (!matches(properties.at("EventPattern").raw as Json, event)) return {};
  const targets = properties.at("Targets").raw as readonly Target[];
  return Object.fromEntries(targets.map((target) => [target.Arn, textFor(target, event)]));
}

/** Each member of a pattern is a pattern for the event's member, or lists the values that it may have. */
function matches(pattern: Json, event: Json): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = event[name];
    if (Array.isArray(wanted)) return wanted.includes(value);
    return typeof value === "object" && value !== null && matches(wanted as Json, value as Json);
  });
}

function textFor({ InputTransformer: { InputPathsMap, InputTemplate } }: Target, event: Json): string {
  const text = InputTemplate.replace(/<([\w-]+)>/g, (_, name: string) => {
    const path = InputPathsMap[name]?.split(".").slice(1) ?? [];
    const value = path.reduce<unknown>((part, member) => (part as Json | undefined)?.[member], event);
    if (typeof value !== "string") throw new Error(`the event has no ${name} at ${InputPathsMap[name]}`);
    return value;
  });
  return JSON.parse(text) as string;
}
