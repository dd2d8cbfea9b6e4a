/** The SDK's client for DynamoDB as the functions use it: few operations, errors of our own, a deadline and retries. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type GetItemCommand,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
} from "@aws-sdk/client-dynamodb";
import { sendDirectly, settingsFrom } from "./aws.ts";
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

/** Calls one of these operations. */
export type Caller<Operation extends string> = (operation: Operation, call: Call) => Promise<Result>;

/** The condition of a write was not met. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
}

const THROTTLING_ERRORS = [ProvisionedThroughputExceededException, ThrottlingException, RequestLimitExceeded];
const isThrottled = (error: unknown): boolean => THROTTLING_ERRORS.some((kind) => error instanceof kind);

/**
 * DynamoDB answers within about 10 ms; if it hasn't after 700 ms, it won't. Three attempts leave time to refuse an
 * announce properly during an outage, well before API Gateway gives up on the function.
 */
const ATTEMPTS = 3;
const TIMEOUT_MILLISECONDS = 700;

/** Takes the SDK's commands, so that a bundle holds only those that the function's role allows. */
export function openClient<Operation extends string>(
  commands: Readonly<Record<Operation, unknown>>,
  environment: NodeJS.ProcessEnv,
): Caller<Operation> {
  const settings = settingsFrom(environment);
  const endpoint = endpointIn(environment);
  const client = new DynamoDBClient({ ...settings, endpoint });
  sendDirectly(client, settings, {
    service: "dynamodb",
    endpoint,
    attempts: ATTEMPTS,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    isThrottled,
  });
  return async (operation, call) => {
    try {
      return (await client.send(commandOf(commands[operation], call))) as Result;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new ConditionFailed();
      if (isThrottled(error)) throw new Throttled(`DynamoDB throttles ${operation}`);
      throw error;
    }
  };
}

/** DynamoDB in the function's region, unless the environment names another. */
export function endpointIn(environment: NodeJS.ProcessEnv): string {
  const region = environment["AWS_REGION"];
  return environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? `https://dynamodb.${region}.amazonaws.com`;
}

/** `Call` and `Result` hold the parts of all operations, so the types of one stand for those of any. */
function commandOf(command: unknown, call: Call): GetItemCommand {
  const Command = command as new (call: Call) => GetItemCommand;
  return new Command(call);
}
