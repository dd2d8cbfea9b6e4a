// The five operations of DynamoDB that the tracker uses, as typed calls.
import { AwsService } from "./aws.ts";
import { Throttled } from "./swarms.ts";

/** DynamoDB's own form of a value: the tracker stores text, numbers and truth. */
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

/** What the condition of a write asked for was not so. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
}

const throttles = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
]);

/**
 * DynamoDB answers within 10 ms or so; one that hasn't after 700 ms won't. Three tries leave an announce that meets
 * an outage time to be refused politely, well before API Gateway gives up on the function.
 */
export function openDynamoDb(environment: NodeJS.ProcessEnv = process.env): DynamoDb {
  const region = environment["AWS_REGION"];
  const endpoint = environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? `https://dynamodb.${region}.amazonaws.com`;
  const service = new AwsService(
    {
      service: "dynamodb",
      endpoint,
      attempts: 3,
      timeoutMilliseconds: 700,
      isPassing: ({ status, body }) => status >= 500 || (status === 400 && throttles.has(kindOf(body))),
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
    if (throttles.has(kind)) throw new Throttled(`DynamoDB throttles ${operation}`);
    throw new Error(`DynamoDB answered ${operation} with ${status} ${kind}`);
  };
}

/** The name of the error, from `{"__type": "com.amazonaws.dynamodb.v20120810#Name"}`. */
function kindOf(body: string): string {
  return /"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/.exec(body)?.[1] ?? "without a reason";
}
