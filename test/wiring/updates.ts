/** What an update of the stack would replace, and what it could not: a resource with a name of its own. */

import { namingProperty, specOf } from "./identity.ts";
import type { Declared } from "./sam.ts";
import { Stack, type StackOptions } from "./stack.ts";

/** The resources that CloudFormation can't replace, since the new one would have the old one's name. */
export function stuckUpdates(declared: Declared, before: StackOptions, after: StackOptions): string[] {
  const old = new Map(new Stack(declared, before).resources.map((resource) => [resource.id, resource]));
  return new Stack(declared, after).resources.flatMap(({ id, type, properties }) => {
    const was = old.get(id)?.properties;
    const spec = specOf(type);
    if (!was || !spec) return [];
    const replacing = Object.entries(spec.properties)
      .filter(([name, { causesReplacement }]) => causesReplacement && isChanged(was[name], properties[name]))
      .map(([name]) => name);
    const naming = namingProperty(spec);
    const keepsName =
      naming !== undefined && naming in properties && !isChanged(was[naming], properties[naming]);
    // MediaLive's names needn't be unique.
    const isStuck = replacing.length > 0 && keepsName && !type.startsWith("AWS::MediaLive::");
    return isStuck ? [`${id} is replaced, for its ${replacing}, under the name that it has`] : [];
  });
}

function isChanged(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}
