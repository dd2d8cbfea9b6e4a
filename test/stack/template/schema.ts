/** Compares the template with CloudFormation's published schemas. */

import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";

type SpecDatabase = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
type Resource = NonNullable<ReturnType<typeof resourceOf>>;
type Property = Resource["properties"][string];

function resourceOf(db: SpecDatabase, type: string) {
  return db.lookup("resource", "cloudFormationType", "equals", type)[0];
}

export class Schemas {
  readonly #db: SpecDatabase;

  private constructor(db: SpecDatabase) {
    this.#db = db;
  }

  static async load(): Promise<Schemas> {
    return new Schemas(await loadAwsServiceSpec());
  }

  /** Properties that CloudFormation doesn't know for this type, or that it requires and are missing. */
  complaints(type: string, properties: Readonly<Record<string, unknown>>): string[] {
    const resource = resourceOf(this.#db, type);
    if (!resource) return [`there is no resource type ${type}`];
    // SAM passes unknown properties of a function on to Lambda, and the database's SAM is older than the CLI's.
    const passedOn =
      type === "AWS::Serverless::Function" ? resourceOf(this.#db, "AWS::Lambda::Function") : undefined;
    const optional = Object.entries(passedOn?.properties ?? {}).map(([name, { type }]) => [name, { type }]);
    const known = { ...Object.fromEntries(optional), ...resource.properties };
    return this.#unknownIn(properties, known, "Properties");
  }

  /** Whether the type has this attribute for `GetAtt`. */
  hasAttribute(type: string, attribute: string): boolean {
    if (type === "AWS::Serverless::Function") return this.hasAttribute("AWS::Lambda::Function", attribute);
    return attribute in (resourceOf(this.#db, type)?.attributes ?? {});
  }

  #unknownIn(
    value: Readonly<Record<string, unknown>>,
    known: Readonly<Record<string, Pick<Property, "type" | "required">>>,
    path: string,
  ): string[] {
    const missing = Object.entries(known)
      .filter(([name, { required }]) => required && !(name in value))
      .map(([name]) => `${path}.${name} is required`);
    const unknown = Object.entries(value).flatMap(([name, item]) => {
      const property = known[name];
      return property
        ? this.#mismatches(item, property.type, `${path}.${name}`)
        : [`${path}.${name} doesn't exist`];
    });
    return [...missing, ...unknown];
  }

  #mismatches(value: unknown, type: Property["type"], path: string): string[] {
    const branches = branchesOf(value);
    if (branches) return branches.flatMap((branch) => this.#mismatches(branch, type, path));
    switch (type.type) {
      case "array":
        if (!Array.isArray(value)) return isIntrinsic(value) ? [] : [`${path} must be a list`];
        return value.flatMap((item, index) => this.#mismatches(item, type.element, `${path}[${index}]`));
      case "map":
        if (!isRecord(value)) return [`${path} must be a map`];
        return Object.entries(value).flatMap(([name, item]) =>
          this.#mismatches(item, type.element, `${path}.${name}`),
        );
      case "ref": {
        if (!isRecord(value)) return [`${path} must be a map`];
        const { properties } = this.#db.get("typeDefinition", type.reference);
        return this.#unknownIn(value, properties, path);
      }
      case "union": {
        // Of a list or map and "any JSON", the database's former entry is the more precise.
        const structured = type.types.filter((each) => each.type === "array" || each.type === "ref");
        const telling = structured.length > 0 && !isPlain(value) ? structured : type.types;
        const all = telling.map((each) => this.#mismatches(value, each, path));
        return all.toSorted((a, b) => a.length - b.length)[0] ?? [];
      }
      case "json":
        return [];
      case "tag":
        return isRecord(value) && "Key" in value && "Value" in value ? [] : [`${path} must be a tag`];
      default:
        return isPlain(value) ? [] : [`${path} must be a ${type.type}`];
    }
  }
}

/** Both branches of an `If`; nothing for what only evaluation can tell. */
function branchesOf(value: unknown): unknown[] | undefined {
  if (!isIntrinsic(value)) return undefined;
  const [name, argument] = Object.entries(value)[0] ?? [];
  return name === "Fn::If" && Array.isArray(argument) ? argument.slice(1) : [];
}

function isIntrinsic(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const [name, ...others] = Object.keys(value);
  return others.length === 0 && (name === "Ref" || name?.startsWith("Fn::") === true);
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
