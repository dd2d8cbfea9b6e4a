/** Every reference leads somewhere, and to the kind of thing that its place is for. */

import { Schemas } from "../../stack/template/schema.ts";
import { referencesIn } from "../../stack/template/source.ts";
import { codeOf } from "../asks.ts";
import { type Json, type Spec, specOf, typeDefinition } from "../identity.ts";
import type { Rule } from "../rule.ts";
import { type Stack, type StackResource, shortType } from "../stack.ts";

const schemas = await Schemas.load();

type Properties = Spec["properties"];
type Property = Properties[string];

export const referenceRules: Readonly<Record<string, Rule>> = {
  *"CloudFormation knows each type and its properties"({ stack }) {
    for (const { id, type, properties } of stack.resources) {
      if (type.startsWith("Custom::")) continue;
      for (const complaint of schemas.complaints(type, properties)) yield `${id}: ${complaint}`;
    }
  },

  *"nothing refers to what isn't made with these parameters"({ stack, code }) {
    const there = new Set(stack.resources.map(({ id }) => id));
    // What a custom resource answers is in the code of the function that serves it.
    const answers = new Map(
      stack.resources
        .filter(({ type }) => type.startsWith("Custom::"))
        .map(({ id, properties }) => {
          const server = stack.find("AWS::Lambda::Function", properties["ServiceToken"]);
          return [id, server ? codeOf(stack, server, code).names : []];
        }),
    );
    const lost = (text: string): string[] =>
      [...text.matchAll(/\$\{([\w:]+)(?:\.([\w.]+))?\}/g)]
        .filter(([, id = "", attribute]) => !answers.get(id)?.includes(attribute ?? ""))
        .map(([whole]) => whole);
    for (const { id, properties } of stack.resources)
      for (const name of lost(JSON.stringify(properties))) yield `${id} refers to ${name}, which isn't there`;
    for (const [output, value] of Object.entries(stack.outputs))
      for (const name of lost(JSON.stringify(value) ?? "")) yield `output ${output} refers to ${name}`;
    for (const [id, { DependsOn = [] }] of Object.entries(stack.declared.Resources)) {
      if (!there.has(id)) continue;
      for (const name of [DependsOn].flat())
        if (!(name in stack.declared.Resources)) yield `${id} depends on ${name}, which isn't there`;
    }
  },

  *"each reference is to the kind of resource that its place is for"({ stack }) {
    for (const { id, type, properties } of stack.resources) {
      const spec = specOf(type);
      if (spec) yield* misplacedIn(stack, properties, spec.properties, id);
    }
  },

  *"a parameter that may be empty is used only where it isn't"({ stack }) {
    const unset = stack.unset();
    for (const { id, type } of stack.resources) {
      if (type.startsWith("Custom::")) continue;
      for (const { kind, to } of referencesIn(stack.written(id)))
        if (kind === "Ref" && unset.includes(to)) yield `${id} uses ${to}, which is empty`;
    }
  },

  *"what asks for an ARN gets one, and nobody is known by a custom resource's name"({ stack }) {
    const names = stack.resources
      .filter(({ type }) => type.startsWith("Custom::"))
      .map(({ identity }) => identity.ref);
    for (const { id, properties } of stack.resources) {
      for (const [path, value] of texts(properties, id)) {
        if (/Arns?(\[\d+\])?$/i.test(path) && !value.startsWith("arn:") && value !== "")
          yield `${path} is ${value}, no ARN`;
        if (names.some((name) => value.includes(name))) yield `${path} is the name of a custom resource`;
      }
    }
    for (const [output, value] of Object.entries(stack.outputs))
      if (names.includes(String(value))) yield `output ${output} is the name of a custom resource`;
  },

  *"what is declared is used"({ stack }) {
    const { Parameters, Mappings, Conditions, Resources, Outputs, Rules } = stack.declared;
    const used = new Set(referencesIn([Resources, Outputs, Conditions, Rules]).map(({ to }) => to));
    for (const { Condition } of [...Object.values(Resources), ...Object.values(Outputs)])
      if (Condition !== undefined) used.add(Condition);
    for (const section of [Parameters, Mappings, Conditions])
      for (const name of Object.keys(section)) if (!used.has(name)) yield `nothing uses ${name}`;
  },

  *"outputs say what people need: addresses are addresses"({ stack }) {
    for (const [output, value] of Object.entries(stack.outputs)) {
      const text = String(value);
      if (value === undefined || text === "") yield `output ${output} is empty`;
      if (/Url$/.test(output) && !URL.canParse(text))
        yield `output ${output} is ${text}, which is no address`;
      if (/^rtmp:/.test(text) && !/^rtmp:\/\/[\d.]+:1935\/live$/.test(text))
        yield `output ${output} is ${text}`;
      if (/Target$/.test(output) && !/^[\w-]+(\.[\w-]+)+$/.test(text))
        yield `output ${output} is ${text}, no host name`;
      const kind = /^(\w+)Id$/.exec(output)?.[1];
      const named = stack.named(text)?.resource;
      if (kind !== undefined && (!named || shortType(named) !== kind))
        yield `output ${output} is ${text}, no ${kind}`;
      if (/^srt:/.test(text) && !/^srt:\/\/[\d.]+:5050\?/.test(text)) yield `output ${output} is ${text}`;
      if (/(Server)$/.test(output) && !/^(rtmp|srt):\/\//.test(text))
        yield `output ${output} is ${text}, no address of an input`;
    }
    const servers = Object.entries(stack.outputs).filter(([name]) => name.endsWith("Server"));
    if (new Set(servers.map(([, value]) => value)).size < servers.length) yield "two servers are one";
  },
};

/** Every text below a value, with its path. */
function* texts(value: unknown, path: string): Iterable<[string, string]> {
  if (typeof value === "string") yield [path, value];
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* texts(item, `${path}[${index}]`);
  else if (typeof value === "object" && value !== null)
    for (const [key, item] of Object.entries(value)) yield* texts(item, `${path}.${key}`);
}

function* misplacedIn(stack: Stack, value: unknown, known: Properties, path: string): Iterable<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, item] of Object.entries(value as Json)) {
    const property = known[name];
    if (property) yield* misplaced(stack, item, property, property.type, `${path}.${name}`);
  }
}

function* misplaced(
  stack: Stack,
  value: unknown,
  property: Property,
  type: Property["type"],
  path: string,
): Iterable<string> {
  if (Array.isArray(value)) {
    const element = type.type === "array" ? type.element : type;
    for (const [index, item] of value.entries())
      yield* misplaced(stack, item, property, element, `${path}[${index}]`);
  } else if (typeof value === "string") {
    yield* wrongKind(stack, value, property, path);
  } else if (type.type === "ref") {
    yield* misplacedIn(stack, value, typeDefinition(type.reference).properties, path);
  } else if (type.type === "union") {
    for (const each of type.types) yield* misplaced(stack, value, property, each, path);
  }
}

/** Some places the database knows to be for other things than the one meant here. */
const SILENT =
  /\.(DomainName|Id|TargetOriginId|Principal|LogGroupName|SourceArn|IntegrationUri|S3Bucket|Endpoint|Database|DatabaseInput\.Name)$/;

function* wrongKind(stack: Stack, value: string, property: Property, path: string): Iterable<string> {
  const named = stack.named(value);
  const kinds = property.relationshipRefs ?? [];
  if (kinds.length > 0 && !SILENT.test(path)) {
    if (!named) {
      const isOwn = /^(\$\{|arn:aws:iam::aws:policy\/)/.test(value);
      const isManaged = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
      if (!isOwn && !isManaged && !value.startsWith("integrations/"))
        yield `${path} is ${value}, which is no resource of the stack`;
      return;
    }
    const fits = kinds.some(
      ({ cloudFormationType, propertyName }) =>
        cloudFormationType === named.resource.type && isText(named.resource, propertyName, value),
    );
    if (!fits) yield `${path} is ${named.resource.id}'s ${named.attribute}, which doesn't belong there`;
  }
}

/** Whether the text is this resource's property, by `Ref` or `GetAtt`. */
function isText({ identity }: StackResource, propertyName: string, value: string): boolean {
  const { ref, refersBy, attributes } = identity;
  return attributes[propertyName] === value || (refersBy === propertyName && ref === value);
}
