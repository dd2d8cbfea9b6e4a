/**
 * The `@connections` API, with which functions post to a connection, describe it and close it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connection } from "./connection.ts";
import type { Limits } from "./limits.ts";

/** Error names, from which the SDK makes exceptions of the same name. */
type ErrorType =
  | "BadRequestException"
  | "ForbiddenException"
  | "GoneException"
  | "MissingAuthenticationTokenException"
  | "PayloadTooLargeException";

/** Answers one request of the `@connections` API; `connectionId` comes from its path. */
export async function answerManagement(
  request: IncomingMessage,
  response: ServerResponse,
  connectionId: string,
  connections: ReadonlyMap<string, Connection>,
  limits: Limits,
): Promise<void> {
  // Signatures aren't checked here, but a client that doesn't sign must fail here as in the cloud.
  if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
    return refuse(response, 403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const body = await readBody(request, limits.messageBytes);
  if (!/^[\w-]{10,}={0,2}$/.test(connectionId)) {
    return refuse(response, 400, "BadRequestException", `Invalid connectionId: ${connectionId}`);
  }
  const connection = connections.get(connectionId);
  // The real service gives no body with 410.
  if (!connection?.isOpen) return refuse(response, 410, "GoneException");
  switch (request.method) {
    case "POST":
      if (!body) return refuse(response, 413, "PayloadTooLargeException", "Payload Too Large");
      connection.send(body);
      return answer(response, 200);
    case "GET":
      return answer(response, 200, describe(connection));
    case "DELETE":
      connection.close();
      return answer(response, 204);
    default:
      return refuse(response, 403, "ForbiddenException", "Forbidden");
  }
}

export function refuse(
  response: ServerResponse,
  statusCode: number,
  type: ErrorType,
  message?: string,
): void {
  response.setHeader("x-amzn-ErrorType", type);
  answer(response, statusCode, message === undefined ? undefined : { message });
}

function answer(response: ServerResponse, statusCode: number, body?: object): void {
  if (body) response.setHeader("content-type", "application/json");
  response.writeHead(statusCode).end(body && JSON.stringify(body));
}

function describe({ caller, lastActiveAt }: Connection) {
  return {
    connectedAt: new Date(caller.connectedAt).toISOString(),
    identity: { sourceIp: caller.sourceIp, userAgent: caller.userAgent ?? "" },
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  };
}

/** The whole body; undefined when it is longer than allowed. The rest is read and dropped. */
async function readBody(request: IncomingMessage, longestBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= longestBytes) chunks.push(chunk);
  }
  return bytes <= longestBytes ? Buffer.concat(chunks) : undefined;
}
