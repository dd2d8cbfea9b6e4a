/** Reads template.yaml, from which both the cloud and this machine's stand-ins are made. */

import { readFile } from "node:fs/promises";
import { evaluate, holds, type Scope } from "./template/intrinsics.ts";
import { Value } from "./template/value.ts";
import { parseTemplate } from "./template/yaml.ts";

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Value;
  readonly metadata: Value;
}

export interface TemplateOptions {
  /** Values for the template's parameters; the others keep their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What `Ref` gives for resources that exist on this machine; other references stay symbolic. */
  readonly refs?: Readonly<Record<string, string>>;
  /** What `GetAtt` gives, keyed `LogicalId.Attribute`; other references stay symbolic. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** A parameter that the template doesn't declare, or a value that it doesn't allow. */
export class ParameterError extends Error {
  override readonly name = "ParameterError";
}

export const TEMPLATE_FILE = new URL("../template.yaml", import.meta.url);

const PSEUDO_PARAMETERS = {
  "AWS::AccountId": "000000000000",
  "AWS::Partition": "aws",
  "AWS::Region": "us-east-1",
  "AWS::StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/shoal/local",
  "AWS::StackName": "shoal",
  "AWS::URLSuffix": "amazonaws.com",
};

/** Reads and parses a template. Throws when a given parameter isn't declared, or has a value that isn't allowed. */
export async function readTemplate(
  options: TemplateOptions = {},
  file: URL | string = TEMPLATE_FILE,
): Promise<Template> {
  return new Template(await readFile(file, "utf8"), options);
}

export class Template {
  readonly #resources: ReadonlyMap<string, Value>;
  readonly #globals: Value;
  readonly #scope: Scope;

  /** Takes the template's text, or what `parseTemplate` made of it. */
  constructor(source: string | object, options: TemplateOptions = {}) {
    const root = new Value(typeof source === "string" ? parseTemplate(source) : source, "");
    const section = (name: string): Record<string, unknown> =>
      Object.fromEntries(
        root
          .at(name)
          .entries()
          .map(([key, value]) => [key, value.raw]),
      );
    this.#scope = {
      refs: {
        ...PSEUDO_PARAMETERS,
        ...parameterValues(root.at("Parameters"), options.parameters ?? {}),
        ...options.refs,
      },
      attributes: options.attributes ?? {},
      mappings: section("Mappings"),
      conditions: section("Conditions"),
    };
    this.#resources = new Map(root.at("Resources").entries());
    this.#globals = root.at("Globals");
  }

  /** The resource of this logical id, with its intrinsics evaluated. Throws when the template has no such resource. */
  resource(id: string): Resource {
    const declared = this.#resources.get(id);
    if (!declared || !this.#isWanted(declared))
      throw new Error(`template.yaml has no resource ${id} with these parameters`);
    return this.#evaluated(id, declared);
  }

  /** Every resource whose condition holds, in the template's order. */
  resources(): Resource[] {
    return this.#wanted(() => true);
  }

  /** Every resource of this type whose condition holds, in the template's order. */
  resourcesOf(type: string): Resource[] {
    return this.#wanted((declared) => declared.at("Type").text() === type);
  }

  /** Evaluates another part of the template, such as its outputs. */
  evaluate(part: unknown): unknown {
    return evaluate(part, this.#scope);
  }

  /** Whether the condition of this name holds with these parameters. */
  holds(condition: string): boolean {
    return holds(condition, this.#scope);
  }

  /** SAM's `Globals` section for one kind of resource, such as `Function`. */
  globals(kind: string): Value {
    return new Value(evaluate(this.#globals.at(kind).raw, this.#scope), `Globals.${kind}`);
  }

  #wanted(isMeant: (declared: Value) => boolean): Resource[] {
    return [...this.#resources]
      .filter(([, declared]) => isMeant(declared) && this.#isWanted(declared))
      .map(([id, declared]) => this.#evaluated(id, declared));
  }

  #isWanted(declared: Value): boolean {
    const condition = declared.at("Condition");
    return !condition.exists || holds(condition.text(), this.#scope);
  }

  #evaluated(id: string, declared: Value): Resource {
    const evaluated = (section: string) =>
      new Value(evaluate(declared.at(section).raw, this.#scope), `${id}.${section}`);
    return {
      id,
      type: declared.at("Type").text(),
      properties: evaluated("Properties"),
      metadata: evaluated("Metadata"),
    };
  }
}

function parameterValues(declared: Value, given: Readonly<Record<string, string>>): Record<string, unknown> {
  for (const name of Object.keys(given)) {
    if (!declared.at(name).exists) throw new ParameterError(`template.yaml has no parameter ${name}.`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of declared.entries()) {
    const value =
      given[name] ?? (parameter.at("Default").exists ? parameter.at("Default").text() : undefined);
    if (value === undefined) continue;
    const allowed = parameter
      .at("AllowedValues")
      .list()
      .map((item) => item.text());
    if (allowed.length > 0 && !allowed.includes(value)) {
      throw new ParameterError(
        `The parameter ${name} is ${JSON.stringify(value)}, but must be one of ${allowed.join(", ")}.`,
      );
    }
    const isList = /List/.test(parameter.at("Type").text());
    values[name] = isList ? value.split(",").filter((item) => item !== "") : value;
  }
  return values;
}
