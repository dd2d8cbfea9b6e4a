/** Reads the connection from an event of API Gateway: its id, and what the authorizer found out about it. */
import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from "aws-lambda";
import { unknownLocality } from "./locality.ts";
import type { Connection } from "./swarms.ts";

type Context = APIGatewayEventWebsocketRequestContextV2 & {
  authorizer?: { lan?: string; net?: string; viewer?: string; swarm?: string };
};
export type TrackerEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<Context>;

export function connectionOf({ requestContext }: TrackerEvent): Connection {
  const { connectionId: id, authorizer } = requestContext;
  if (!authorizer?.lan) return { id, locality: unknownLocality(id) };
  const { lan, net = null, viewer, swarm } = authorizer;
  return {
    id,
    locality: { lan, net },
    ...(viewer !== undefined && { viewer }),
    ...(swarm !== undefined && { swarm }),
  };
}
