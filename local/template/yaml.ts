/** Reads CloudFormation's YAML, whose short forms (`!Ref x`) are tags, into the long forms (`{ Ref: "x" }`). */

import { type CollectionTag, Pair, parse, type ScalarTag, YAMLMap } from "yaml";

/** Intrinsics that may be written as a tag. `Ref` and `Condition` are the two whose long form has no `Fn::`. */
const INTRINSICS = [
  "Ref",
  "Condition",
  "And",
  "Base64",
  "Equals",
  "FindInMap",
  "GetAtt",
  "If",
  "Join",
  "Not",
  "Or",
  "Select",
  "Split",
  "Sub",
];

/** Parses a CloudFormation template. Throws `yaml`'s own error, with line and column, when it isn't YAML. */
export function parseTemplate(text: string): unknown {
  return parse(text, { customTags: INTRINSICS.flatMap(tagsOf) });
}

function tagsOf(name: string): (ScalarTag | CollectionTag)[] {
  const tag = `!${name}`;
  const key = name === "Ref" || name === "Condition" ? name : `Fn::${name}`;
  const longForm = (argument: unknown): YAMLMap => {
    const map = new YAMLMap();
    map.add(new Pair(key, argument));
    return map;
  };
  return [
    { tag, resolve: (text) => ({ [key]: scalarArgument(name, text) }) },
    { tag, collection: "seq", resolve: longForm },
    { tag, collection: "map", resolve: longForm },
  ];
}

/** `!GetAtt Input.Destinations` is the only scalar that becomes a list. */
function scalarArgument(name: string, text: string): string | string[] {
  if (name !== "GetAtt") return text;
  const [resource = "", ...attribute] = text.split(".");
  return [resource, attribute.join(".")];
}
