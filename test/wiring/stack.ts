/** The template as CloudFormation sees it: transformed, evaluated, every reference a name as it would be in the cloud. */

import { Template } from "../../local/template.ts";
import { type DeclaredResource, referencesIn } from "../stack/template/source.ts";
import { type Identity, identify, type Json, type Place } from "./identity.ts";
import { type Declared, transform } from "./sam.ts";

export interface StackResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Json;
  readonly identity: Identity;
}

/** A resource that a text names, and by which attribute. */
export interface Named {
  readonly resource: StackResource;
  readonly attribute: string;
}

export interface StackOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly stackName?: string;
}

const ACCOUNT = "000000000000";

export class Stack {
  readonly place: Place;
  readonly resources: readonly StackResource[];
  /** What the outputs would say. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly template: Template;
  /** As it is before SAM's transform. */
  readonly source: Template;
  readonly #declared: Declared;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #byName = new Map<string, Named>();

  /** Throws when the template can't be transformed or evaluated. */
  constructor(
    declared: Declared,
    { parameters = {}, region = "us-east-1", stackName = "shoal" }: StackOptions,
  ) {
    this.#parameters = parameters;
    this.place = { region, account: ACCOUNT, stackName };
    this.#declared = transform(declared);
    this.source = new Template(declared, { parameters });
    const pseudo = {
      "AWS::Region": region,
      "AWS::StackName": stackName,
      "AWS::StackId": `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${stackName}/local`,
    };
    // Twice, since the resources' names are among their properties.
    const identities = this.#identities(new Template(this.#declared, { parameters, refs: pseudo }));
    this.template = new Template(this.#declared, { parameters, ...bound(identities, pseudo) });
    this.resources = this.template.resources().map(({ id, type, properties }) => ({
      id,
      type,
      properties: (properties.raw ?? {}) as Json,
      identity: identities.get(id) as Identity,
    }));
    for (const resource of this.resources) {
      const { refersBy, ref, attributes } = resource.identity;
      for (const [attribute, value] of [...Object.entries(attributes), [refersBy, ref] as const]) {
        if (typeof value === "string") this.#byName.set(value, { resource, attribute });
      }
    }
    this.outputs = Object.fromEntries(
      Object.entries(this.#declared.Outputs)
        .filter(([, { Condition }]) => Condition === undefined || this.template.holds(Condition))
        .map(([name, { Value }]) => [name, this.template.evaluate(Value)]),
    );
  }

  #identities(template: Template): Map<string, Identity> {
    return new Map(
      template
        .resources()
        .map(({ id, type, properties }) => [
          id,
          identify(id, type, (properties.raw ?? {}) as Json, this.place),
        ]),
    );
  }

  ofType(...types: string[]): StackResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The resource that has exactly this name, identifier or ARN. */
  named(text: unknown): Named | undefined {
    return typeof text === "string" ? this.#byName.get(text) : undefined;
  }

  /** The resource of this type that the text names, by whichever attribute. */
  find(type: string, text: unknown): StackResource | undefined {
    const resource = this.named(text)?.resource;
    return resource?.type === type ? resource : undefined;
  }

  /** What the parameter is, given or by default. */
  parameter(name: string): unknown {
    const declared = this.#declared.Parameters[name] as { readonly Default?: unknown } | undefined;
    return this.#parameters[name] ?? declared?.Default;
  }

  /** Parameters that mean nothing with these values, since the condition that asks for them doesn't hold. */
  unset(): string[] {
    return Object.entries(this.#declared.Conditions).flatMap(([condition, test]) => {
      const parameter = /^\{"Fn::Not":\[\{"Fn::Equals":\[\{"Ref":"(\w+)"\},(?:""|0)\]\}\]\}$/.exec(
        JSON.stringify(test),
      )?.[1];
      return parameter === undefined || this.template.holds(condition) ? [] : [parameter];
    });
  }

  /** The parameters that reach a resource, also in its conditions and by what a custom resource answers. */
  parametersOf(id: string): ReadonlySet<string> {
    const { Parameters, Conditions, Resources } = this.#declared;
    const found = new Set<string>();
    const follow = (part: unknown): void => {
      for (const { kind, to } of referencesIn(part)) {
        if (kind === "Ref" && to in Parameters) found.add(to);
        if (kind === "Condition") follow(Conditions[to]);
        if (kind === "GetAtt" && Resources[to]?.Type.startsWith("Custom::")) follow(Resources[to]);
      }
    };
    follow(Resources[id]);
    return found;
  }

  /** The resource's properties as they are written, without the branches that aren't taken. */
  written(id: string): unknown {
    return this.#taken(this.#declared.Resources[id]?.Properties);
  }

  /** Every resource that CloudFormation finishes before it begins this one. */
  before(id: string): ReadonlySet<string> {
    const found = new Set<string>();
    const visit = (each: string): void => {
      const known = this.#before.get(each) ?? new Set(this.#directlyBefore(each));
      this.#before.set(each, known);
      for (const next of known) {
        if (found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(id);
    return found;
  }

  #directlyBefore(id: string): string[] {
    const resource: DeclaredResource | undefined = this.#declared.Resources[id];
    if (!resource) return [];
    const referred = referencesIn(this.#taken(resource.Properties)).map(({ to }) => to);
    return [...[resource.DependsOn ?? []].flat(), ...referred].filter(
      (each) => each in this.#declared.Resources,
    );
  }

  /** Without the branches that the conditions don't take, on which nothing depends. */
  #taken(part: unknown): unknown {
    if (Array.isArray(part)) return part.map((item) => this.#taken(item));
    if (typeof part !== "object" || part === null) return part;
    const choice = (part as Json)["Fn::If"];
    if (Array.isArray(choice)) return this.#taken(choice[this.template.holds(choice[0]) ? 1 : 2]);
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, this.#taken(item)]));
  }

  /** The declaration after the transform, intrinsics and all. */
  get declared(): Declared {
    return this.#declared;
  }
}

function bound(identities: ReadonlyMap<string, Identity>, pseudo: Readonly<Record<string, string>>) {
  const refs: Record<string, string> = { ...pseudo };
  const attributes: Record<string, unknown> = {};
  for (const [id, identity] of identities) {
    refs[id] = identity.ref;
    for (const [name, value] of Object.entries(identity.attributes)) attributes[`${id}.${name}`] = value;
  }
  return { refs, attributes };
}

/** What the type is called in metrics and names: `Table` of `AWS::DynamoDB::Table`. */
export function shortType({ type }: StackResource): string {
  return type.split("::").at(-1) ?? "";
}

/** The service in ARNs and actions: `dynamodb`. */
export function serviceOf(resource: StackResource): string {
  return String(resource.identity.attributes["Arn"] ?? resource.identity.ref).split(":")[2] ?? "";
}
