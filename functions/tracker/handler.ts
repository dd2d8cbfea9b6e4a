// API Gateway's events in, answers out: the tracker as a Lambda function.
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ApiGatewayConnections } from "./connections-api-gateway.ts";
import { openDynamoDb } from "./dynamodb.ts";
import { needed } from "./environment.ts";
import { connectionOf, type TrackerEvent } from "./event.ts";
import { Figures } from "./figures.ts";
import { LoadControl } from "./load.ts";
import { logFailure, printFigures } from "./logs.ts";
import type { Connection } from "./swarms.ts";
import { DynamoDbSwarms } from "./swarms-dynamodb.ts";
import { Tracker } from "./tracker.ts";

const nowSeconds = () => Date.now() / 1000;
const figures = new Figures(process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "tracker", nowSeconds());
const swarms = new DynamoDbSwarms(openDynamoDb(), needed(process.env, "SEATS_TABLE"), nowSeconds);
const load = new LoadControl();
let tracker: Tracker | undefined;

export async function handler(event: TrackerEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const { eventType, domainName, stage } = event.requestContext;
  const endpoint = process.env["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"];
  tracker ??= open(endpoint ?? `https://${domainName}/${stage}`);
  const connection = connectionOf(event);
  let reply: string | undefined;
  if (eventType === "MESSAGE") reply = await hear(tracker, connection, event.body ?? "");
  if (eventType === "DISCONNECT") await tracker.leave(connection);
  const line = figures.line(nowSeconds());
  if (line !== null) printFigures(line);
  return { statusCode: 200, ...(reply !== undefined && { body: reply }) };
}

/** What comes last and is for the sender goes back as the route's response, which spares a call to @connections. */
async function hear(tracker: Tracker, connection: Connection, text: string): Promise<string | undefined> {
  const start = performance.now();
  const posts = await tracker.receive(connection, text);
  const last = posts.at(-1);
  const reply = last?.to === null ? last.message : undefined;
  await tracker.deliver(connection, reply ? posts.slice(0, -1) : posts);
  figures.time(performance.now() - start, Math.random);
  return reply && JSON.stringify(reply);
}

function open(endpoint: string): Tracker {
  const connections = new ApiGatewayConnections(endpoint);
  const [random, onFailure] = [Math.random, logFailure];
  return new Tracker({ swarms, connections, load, figures, nowSeconds, random, onFailure });
}
