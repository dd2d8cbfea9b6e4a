/**
 * Does to the template what SAM does before CloudFormation reads it, as far as the template needs it: functions get
 * roles, schedules get rules and permissions. `.ci/cloud/transform.ts` compares the outcome with SAM's own.
 */

import type { DeclaredResource } from "../stack/template/source.ts";

export interface Declared {
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Mappings: Readonly<Record<string, unknown>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Rules?: unknown;
  readonly Globals?: { readonly Function?: Json };
  readonly Resources: Readonly<Record<string, DeclaredResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Condition?: string; readonly Value: unknown }>>;
}

type Json = Readonly<Record<string, unknown>>;
type Resources = Record<string, DeclaredResource>;

/** Properties of SAM's function that don't go to Lambda under their own names. */
const SAM_ONLY = new Set(["CodeUri", "Policies", "Events", "FunctionUrlConfig", "Tags"]);

/** Returns the template without SAM's types and globals. Throws on what SAM knows and this function doesn't. */
export function transform(template: Declared): Declared {
  const Resources: Resources = {};
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Type === "AWS::Serverless::Function") {
      Object.assign(Resources, functionResources(id, resource, template.Globals?.Function ?? {}));
    } else if (resource.Type.startsWith("AWS::Serverless::")) {
      throw new Error(`${id}: the transform of ${resource.Type} is not written here`);
    } else {
      Resources[id] = resource;
    }
  }
  const { Globals: _, ...rest } = template;
  return { ...rest, Resources };
}

function functionResources(id: string, resource: DeclaredResource, globals: Json): Resources {
  const properties = merged(globals, resource.Properties ?? {});
  const { Properties: _, ...attributes } = resource;
  const condition = resource.Condition === undefined ? {} : { Condition: resource.Condition };
  const own = Object.entries(properties).filter(([name]) => !SAM_ONLY.has(name));
  const hasRole = "Role" in properties;
  return {
    [id]: {
      ...attributes,
      Type: "AWS::Lambda::Function",
      Properties: {
        Code: { S3Bucket: "bundles", S3Key: id },
        ...Object.fromEntries(own),
        ...(hasRole ? {} : { Role: { "Fn::GetAtt": [`${id}Role`, "Arn"] } }),
        Tags: createdBySam(properties["Tags"]),
      },
    },
    ...(hasRole ? {} : { [`${id}Role`]: { ...condition, ...roleOf(id, properties) } }),
    ...urlOf(id, properties["FunctionUrlConfig"], condition),
    ...eventsOf(id, (properties["Events"] ?? {}) as Json, condition),
  };
}

function roleOf(id: string, properties: Json): DeclaredResource {
  const policies = [properties["Policies"] ?? []].flat() as (Json | string)[];
  const documents = policies.filter((policy): policy is Json => typeof policy === "object");
  for (const document of documents) {
    if (!("Statement" in document))
      throw new Error(`${id}: the transform of this policy is not written here`);
  }
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: ["sts:AssumeRole"],
            Effect: "Allow",
            Principal: { Service: ["lambda.amazonaws.com"] },
          },
        ],
      },
      ManagedPolicyArns: [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        ...policies.filter((policy) => typeof policy === "string"),
      ],
      ...(documents.length > 0 && {
        Policies: documents.map((PolicyDocument, index) => ({
          PolicyName: `${id}RolePolicy${index}`,
          PolicyDocument,
        })),
      }),
      Tags: createdBySam(properties["Tags"]),
    },
  };
}

function urlOf(id: string, config: unknown, condition: object): Resources {
  if (config === undefined) return {};
  const Properties: Json = { TargetFunctionArn: { Ref: id }, ...(config as Json) };
  if (Properties["AuthType"] !== "AWS_IAM") {
    throw new Error(`${id}: the transform of an open function URL is not written here`);
  }
  return { [`${id}Url`]: { ...condition, Type: "AWS::Lambda::Url", Properties } };
}

function eventsOf(id: string, events: Json, condition: object): Resources {
  return Object.assign(
    {},
    ...Object.entries(events).map(([name, event]) => {
      const { Type, Properties } = event as { readonly Type: string; readonly Properties: Json };
      const { Schedule, Input, ...unknown } = Properties;
      if (!["Schedule", "EventBridgeRule"].includes(Type)) {
        throw new Error(`${id}: the transform of an event of type ${Type} is not written here`);
      }
      const { Pattern, ...others } = unknown;
      if (Object.keys(others).length > 0) {
        throw new Error(`${id}: the transform of an event's ${Object.keys(others)} is not written here`);
      }
      const rule = `${id}${name}`;
      return {
        [rule]: {
          ...condition,
          Type: "AWS::Events::Rule",
          Properties: {
            ...(Type === "Schedule" ? { ScheduleExpression: Schedule } : { EventPattern: Pattern }),
            Targets: [
              {
                Arn: { "Fn::GetAtt": [id, "Arn"] },
                Id: `${rule}LambdaTarget`,
                ...(Input !== undefined && { Input }),
              },
            ],
          },
        },
        [`${rule}Permission`]: {
          ...condition,
          Type: "AWS::Lambda::Permission",
          Properties: {
            Action: "lambda:InvokeFunction",
            FunctionName: { Ref: id },
            Principal: "events.amazonaws.com",
            SourceArn: { "Fn::GetAtt": [rule, "Arn"] },
          },
        },
      };
    }),
  );
}

function createdBySam(tags: unknown): object[] {
  const own = Object.entries((tags ?? {}) as Json).map(([Key, Value]) => ({ Key, Value }));
  return [{ Key: "lambda:createdBy", Value: "SAM" }, ...own];
}

/** A function's own setting wins, and maps are merged. */
function merged(globals: Json, own: Json): Json {
  const result: Record<string, unknown> = { ...globals };
  for (const [name, value] of Object.entries(own)) {
    const before = result[name];
    result[name] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return result;
}

function isMap(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
