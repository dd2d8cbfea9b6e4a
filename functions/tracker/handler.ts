// API Gateway's events in, answers out: the tracker as a Lambda function.
import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyStructuredResultV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from "aws-lambda";
import { ApiGatewayConnections } from "./connections-api-gateway.ts";
import { openDynamoDb } from "./dynamodb.ts";
import { needed } from "./environment.ts";
import { Figures } from "./figures.ts";
import { LoadControl } from "./load.ts";
import { logFailure, printFigures } from "./logs.ts";
import { placeUnknown } from "./place.ts";
import type { Connection } from "./swarms.ts";
import { DynamoDbSwarms } from "./swarms-dynamodb.ts";
import { Tracker } from "./tracker.ts";

type Context = APIGatewayEventWebsocketRequestContextV2 & { authorizer?: { lan?: string; net?: string } };
export type TrackerEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<Context>;

const nowSeconds = () => Date.now() / 1000;
const figures = new Figures(process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "tracker", nowSeconds());
const swarms = new DynamoDbSwarms(openDynamoDb(), needed(process.env, "SEATS_TABLE"), nowSeconds);
const load = new LoadControl();
let tracker: Tracker | undefined;

export async function handler(event: TrackerEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const { eventType, connectionId, domainName, stage, authorizer } = event.requestContext;
  const place = authorizer?.lan
    ? { lan: authorizer.lan, net: authorizer.net ?? null }
    : placeUnknown(connectionId);
  const connection: Connection = { id: connectionId, place };
  tracker ??= open(
    process.env["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"] ?? `https://${domainName}/${stage}`,
  );
  if (eventType === "CONNECT") return { statusCode: 200 };
  if (eventType === "DISCONNECT") await tracker.leave(connection);
  const reply = eventType === "MESSAGE" ? await hear(tracker, connection, event.body ?? "") : undefined;
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
  return new Tracker({
    swarms,
    connections,
    load,
    figures,
    nowSeconds,
    random: Math.random,
    onFailure: logFailure,
  });
}
