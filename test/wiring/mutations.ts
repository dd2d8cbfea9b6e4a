/** Plausible mistakes in the template, made one at a time: what a rule of the wiring should notice. */

import type { DeclaredResource } from "../stack/template/source.ts";
import type { Declared } from "./sam.ts";

type Path = readonly (string | number)[];

export interface Mutation {
  readonly kind: "remove" | "swap" | "misspell" | "ARN" | "order" | "number";
  /** Where, and what becomes of it. */
  readonly name: string;
  readonly apply: (template: Declared) => Declared;
}

/** What people read and machines don't. */
const PROSE =
  /^(Description|Comment|Label|DisplayName|AlarmDescription|DashboardBody|Metadata|Version|Effect|Type)$/;

/** Every mutation of the template's resources and outputs, in the template's order. */
export function mutationsOf(template: Declared): Mutation[] {
  const { Resources, Outputs } = template;
  const byType = typesOf(Resources);
  return [
    ...Object.entries(Resources).flatMap(([id, resource]) => [
      removal(["Resources", id]),
      ...ordering(id, resource),
      ...("Condition" in resource ? [removal(["Resources", id, "Condition"])] : []),
      ...within(["Resources", id, "Properties"], resource.Properties ?? {}, byType),
    ]),
    ...Object.entries(Outputs).flatMap(([name, output]) => [
      ...within(["Outputs", name, "Value"], output.Value, byType),
      ...("Condition" in output ? [removal(["Outputs", name, "Condition"])] : []),
    ]),
  ];
}

/** Mistakes in what lies at this path, and below it. */
function within(path: Path, value: unknown, types: Types): Mutation[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => [
      ...(value.length > 1 && !isIntrinsicArgument(path) ? [removal([...path, index])] : []),
      ...within([...path, index], item, types),
    ]);
  }
  if (typeof value === "object" && value !== null)
    return withinMap(path, value as Record<string, unknown>, types);
  if (typeof value === "number") return numbers(path, value);
  if (typeof value === "string") return strings(path, value);
  return typeof value === "boolean" ? [replacement("swap", path, !value)] : [];
}

function withinMap(path: Path, value: Record<string, unknown>, types: Types): Mutation[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const at = [...path, key];
    if (PROSE.test(key)) return [];
    if (key === "Ref") return references(at, String(item), types);
    if (key === "Fn::GetAtt") return attributes(at, item as [string, string], types);
    if (key === "Fn::FindInMap" || key === "Fn::Select" || key === "Fn::Split")
      return within(at, item, types);
    if (key.startsWith("Fn::")) return within(at, item, types);
    return [removal(at), ...within(at, item, types)];
  });
}

/** `Ref` to something else of its type, to something else at all, and to the resource in place of its name. */
function references(path: Path, to: string, types: Types): Mutation[] {
  const other = otherThan(to, types);
  return other === undefined ? [] : [replacement("swap", path, other)];
}

function attributes(path: Path, [to, attribute]: [string, string], types: Types): Mutation[] {
  const other = otherThan(to, types);
  const parent = path.slice(0, -1);
  return [
    ...(other === undefined ? [] : [replacement("swap", path, [other, attribute])]),
    replacement("swap", parent, { Ref: to }),
    replacement("misspell", path, [to, `${attribute}s`]),
  ];
}

function strings(path: Path, value: string): Mutation[] {
  if (value === "" || path.includes("Fn::If")) return ifStrings(path, value);
  if (value.startsWith("arn:")) return arns(path, value);
  const misspelt = misspelling(value);
  return misspelt === undefined ? [] : [replacement("misspell", path, misspelt)];
}

/** The first argument of an `If` is a condition's name, which isn't misspelt here. */
function ifStrings(path: Path, value: string): Mutation[] {
  const misspelt = misspelling(value);
  const isName = path[path.indexOf("Fn::If") + 1] === 0;
  return value === "" || isName || misspelt === undefined ? [] : [replacement("misspell", path, misspelt)];
}

/** Another service, region, account or resource in an ARN. */
function arns(path: Path, value: string): Mutation[] {
  const parts = splitOutside(value);
  const changes: [number, (part: string) => string][] = [
    [2, (part) => (part === "lambda" ? "s3" : "lambda")],
    [3, (part) => (part === "" ? `\${AWS::Region}` : "")],
    [4, (part) => (part === "" ? `\${AWS::AccountId}` : "111111111111")],
    [5, (part) => part.replace(/\$\{(\w+)/, `other\${$1`)],
    [5, (part) => part.replace(/^[^/]*\/?/, "")],
    [5, () => "*"],
    [parts.length - 1, (part) => part.replace(/[^/]+$/, "other")],
    [parts.length - 1, (part) => `${part}/other`],
  ];
  return changes.flatMap(([index, change]) => {
    const changed = parts.map((part, each) => (each === index ? change(part) : part)).join(":");
    return changed === value || parts[index] === undefined ? [] : [replacement("ARN", path, changed)];
  });
}

/** Parts of an ARN; `${AWS::Region}` is one. */
function splitOutside(value: string): string[] {
  return value.split(/:(?![^${]*\})/);
}

function numbers(path: Path, value: number): Mutation[] {
  const changed = [0, value * 1_000 + 1, value + 1].filter((number) => number !== value);
  return changed.map((number) => replacement("number", path, number));
}

function ordering(id: string, { DependsOn }: DeclaredResource): Mutation[] {
  if (DependsOn === undefined) return [];
  const path = ["Resources", id, "DependsOn"];
  if (typeof DependsOn === "string") return [{ ...removal(path), kind: "order" }];
  return DependsOn.map((each) =>
    replacement(
      "order",
      path,
      DependsOn.filter((other) => other !== each),
    ),
  );
}

/** Logical ids by type. */
type Types = ReadonlyMap<string, readonly string[]>;

function typesOf(resources: Declared["Resources"]): Types {
  const types = new Map<string, string[]>();
  for (const [id, { Type }] of Object.entries(resources)) types.set(Type, [...(types.get(Type) ?? []), id]);
  return types;
}

/** Another resource of the same type if there is one, else the first of the next type. Nothing for parameters. */
function otherThan(to: string, types: Types): string | undefined {
  const ids = [...types.values()].find((each) => each.includes(to));
  if (!ids) return undefined;
  const sibling = ids[(ids.indexOf(to) + 1) % ids.length];
  return sibling !== to ? sibling : [...types.values()].flat().find((each) => each !== to);
}

/** Two letters of the last word change places, or one is doubled where they are the same. */
function misspelling(value: string): string | undefined {
  const match = /(\w)(\w)(\W*)$/.exec(value);
  if (!match) return undefined;
  const [, one = "", two = "", rest = ""] = match;
  const end = one === two ? `${one}${two}${two}` : `${two}${one}`;
  return `${value.slice(0, match.index)}${end}${rest}`;
}

function isIntrinsicArgument(path: Path): boolean {
  return String(path.at(-1)).startsWith("Fn::");
}

function removal(path: Path): Mutation {
  return {
    kind: "remove",
    name: `${shown(path)}: removed`,
    apply: (template) =>
      changed(template, path, (parent, key) => {
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
      }),
  };
}

function replacement(kind: Mutation["kind"], path: Path, value: unknown): Mutation {
  return {
    kind,
    name: `${shown(path)}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    apply: (template) =>
      changed(template, path, (parent, key) => {
        parent[key as keyof typeof parent] = value as never;
      }),
  };
}

type Parent = Record<string | number, unknown> | unknown[];

function changed(
  template: Declared,
  path: Path,
  change: (parent: Record<string, unknown>, key: string) => void,
): Declared {
  const copy = structuredClone(template);
  let parent = copy as unknown as Parent;
  for (const key of path.slice(0, -1)) parent = (parent as Record<string | number, Parent>)[key] as Parent;
  change(parent as Record<string, unknown>, String(path.at(-1)));
  return copy;
}

function shown(path: Path): string {
  return path
    .filter((key) => key !== "Resources" && key !== "Properties")
    .join(".")
    .replace(/\.(\d+)/g, "[$1]");
}
