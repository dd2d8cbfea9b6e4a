// What API Gateway tells the tracker of a connection: in each of its events, with what the authorizer said at first.
import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from "aws-lambda";
import { placeUnknown } from "./place.ts";
import type { Connection } from "./swarms.ts";

type Context = APIGatewayEventWebsocketRequestContextV2 & { authorizer?: { lan?: string; net?: string } };
export type TrackerEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<Context>;

export function connectionOf({ requestContext }: TrackerEvent): Connection {
  const { connectionId: id, authorizer } = requestContext;
  if (!authorizer?.lan) return { id, place: placeUnknown(id) };
  return { id, place: { lan: authorizer.lan, net: authorizer.net ?? null } };
}
