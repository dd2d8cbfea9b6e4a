/** The five operations of DynamoDB that the tracker uses, as typed calls. */
import { AwsService } from "./aws.ts";
import { Throttled } from "./swarms.ts";

/** A value as DynamoDB writes it: the tracker stores strings, numbers and booleans. */
export type Value = { readonly S: string } | { readonly N: string } | { readonly BOOL: boolean };
export type Item = Readonly<Record<string, Value>>;

interface Call {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly Limit?: number;
  readonly ReturnValues?: "ALL_OLD" | "ALL_NEW";
  readonly KeyConditionExpression?: string;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

interface Result {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Attributes?: Item;
  readonly LastEvaluatedKey?: Item;
}

type Operation = "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query";
export type DynamoDb = (operation: Operation, call: Call) => Promise<Result>;

/** The condition of a write was not met. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
}

const THROTTLING_ERRORS = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
]);

/**
 * DynamoDB answers within about 10 ms; if it hasn't after 700 ms, it won't. Three attempts leave time to refuse an
 * announce properly during an outage, well before API Gateway gives up on the function.
 */
export function openDynamoDb(environment: NodeJS.ProcessEnv = process.env): DynamoDb {
  const service = new AwsService(
    {
      service: "dynamodb",
      endpoint: endpointIn(environment),
      attempts: 3,
      timeoutMilliseconds: 700,
      isTransient: ({ status, body }) =>
        status >= 500 || (status === 400 && THROTTLING_ERRORS.has(kindOf(body))),
    },
    environment,
  );
  return async (operation, call) => {
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    };
    const { status, body } = await service.post("/", headers, JSON.stringify(call));
    if (status === 200) return JSON.parse(body);
    const kind = kindOf(body);
    if (kind === "ConditionalCheckFailedException") throw new ConditionFailed();
    if (THROTTLING_ERRORS.has(kind)) throw new Throttled(`DynamoDB throttles ${operation}`);
    throw new Error(`DynamoDB answered ${operation} with ${status} ${kind}`);
  };
}

/** DynamoDB in the function's region, unless the environment names another. */
export function endpointIn(environment: NodeJS.ProcessEnv): string {
  const region = environment["AWS_REGION"];
  return environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? `https://dynamodb.${region}.amazonaws.com`;
}

/** The name of the error, from `{"__type": "com.amazonaws.dynamodb.v20120810#Name"}`. */
function kindOf(body: string): string {
  return /"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/.exec(body)?.[1] ?? "without a reason";
}
