/** The tracker as a Lambda function: takes API Gateway's events and returns responses. */
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { audienceFrom } from "./audience.ts";
import { ApiGatewayConnections } from "./connections-api-gateway.ts";
import { DynamoDbCounters } from "./counters-dynamodb.ts";
import { openDynamoDb } from "./dynamodb.ts";
import { connectionOf, type TrackerEvent } from "./event.ts";
import { Limits } from "./limits.ts";
import { LoadControl } from "./load.ts";
import { logFailure, printMetrics } from "./logs.ts";
import { Metrics } from "./metrics.ts";
import { readReach } from "./reach.ts";
import { DynamoDbSwarms } from "./swarms-dynamodb.ts";
import { Tracker } from "./tracker.ts";

const nowSeconds = () => Date.now() / 1000;
const metrics = new Metrics(process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "tracker");
const dynamoDb = openDynamoDb();
const table = requiredVariable(process.env, "SEATS_TABLE");
const swarms = new DynamoDbSwarms(dynamoDb, table, nowSeconds);
const audience = audienceFrom(process.env);
const limits = audience && new Limits(new DynamoDbCounters(dynamoDb, table), nowSeconds, Math.random);
const load = new LoadControl();
// Set on a laptop, whose viewers are all on one machine.
const candidates = { allowsLoopback: process.env["LOOPBACK_CANDIDATES"] === "allowed" };
const reach = readReach(requiredVariable(process.env, "SHARING_REACH"));
let tracker: Tracker | undefined;

export async function handler(event: TrackerEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const { eventType, domainName, stage } = event.requestContext;
  const endpoint = process.env["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"];
  tracker ??= open(endpoint ?? `https://${domainName}/${stage}`);
  const connection = connectionOf(event);
  let body: string | undefined;
  if (eventType === "MESSAGE") {
    const start = performance.now();
    const response = await tracker.receive(connection, event.body ?? "");
    metrics.time(performance.now() - start, Math.random);
    if (response) body = JSON.stringify(response);
  }
  if (eventType === "DISCONNECT") await tracker.leave(connection);
  const line = metrics.line(nowSeconds());
  if (line !== null) printMetrics(line);
  return { statusCode: 200, ...(body !== undefined && { body }) };
}

function open(endpoint: string): Tracker {
  const connections = new ApiGatewayConnections(endpoint);
  const [random, onFailure] = [Math.random, logFailure];
  return new Tracker({
    swarms,
    connections,
    load,
    metrics,
    nowSeconds,
    random,
    onFailure,
    reach,
    candidates,
    audience,
    limits,
  });
}
