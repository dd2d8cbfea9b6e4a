/** The events that API Gateway sends to functions, in the real service's shapes. */

import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { WebSocketApi } from "../template/websocket-api.ts";

/** What a connection's handshake tells of it. */
export interface Caller {
  readonly connectionId: string;
  readonly connectedAt: number;
  /** The API's host and port. */
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
}

/** The authorizer's context, which each later event of the connection carries. */
export type AuthorizerContext = Readonly<Record<string, string>>;

/** How a connection ended. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** Ids of connections, requests and messages look like `RYG0LEicPHcFo_A=`. */
export function newId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

export function connectEvent(
  api: WebSocketApi,
  caller: Caller,
  request: IncomingMessage,
  authorizer?: AuthorizerContext,
) {
  return {
    ...handshake(caller, request),
    requestContext: context(api, caller, "CONNECT", "$connect", authorizer),
    isBase64Encoded: false,
  };
}

export function authorizerEvent(api: WebSocketApi, caller: Caller, request: IncomingMessage) {
  return {
    type: "REQUEST",
    methodArn: connectArn(api),
    ...handshake(caller, request),
    stageVariables: {},
    requestContext: context(api, caller, "CONNECT", "$connect"),
  };
}

export function messageEvent(
  api: WebSocketApi,
  caller: Caller,
  routeKey: string,
  body: string,
  authorizer?: AuthorizerContext,
) {
  return {
    requestContext: { ...context(api, caller, "MESSAGE", routeKey, authorizer), messageId: newId() },
    body,
    isBase64Encoded: false,
  };
}

export function disconnectEvent(
  api: WebSocketApi,
  caller: Caller,
  ending: Ending,
  authorizer?: AuthorizerContext,
) {
  const headers = { Host: caller.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
  return {
    headers,
    multiValueHeaders: asLists(headers),
    requestContext: {
      ...context(api, caller, "DISCONNECT", "$disconnect", authorizer),
      disconnectStatusCode: ending.code,
      disconnectReason: ending.reason,
    },
    isBase64Encoded: false,
  };
}

export function connectArn(api: WebSocketApi): string {
  return `arn:aws:execute-api:us-east-1:000000000000:${api.id}/${api.stage}/$connect`;
}

function context(
  api: WebSocketApi,
  caller: Caller,
  eventType: "CONNECT" | "MESSAGE" | "DISCONNECT",
  routeKey: string,
  authorizer?: AuthorizerContext,
) {
  const now = new Date();
  const requestId = newId();
  return {
    routeKey,
    ...(authorizer ? { authorizer } : {}),
    eventType,
    extendedRequestId: requestId,
    requestTime: clfTime(now),
    messageDirection: "IN",
    stage: api.stage,
    connectedAt: caller.connectedAt,
    requestTimeEpoch: now.getTime(),
    identity: {
      sourceIp: caller.sourceIp,
      ...(caller.userAgent === undefined ? {} : { userAgent: caller.userAgent }),
    },
    requestId,
    domainName: caller.domainName,
    connectionId: caller.connectionId,
    apiId: api.id,
  };
}

function handshake(caller: Caller, request: IncomingMessage) {
  const headers = handshakeHeaders(caller, request);
  const query = [...new URL(request.url ?? "/", "http://localhost").searchParams];
  return {
    headers,
    multiValueHeaders: asLists(headers),
    ...(query.length > 0 ? { queryStringParameters: Object.fromEntries(query) } : {}),
  };
}

/** The request's headers as they were spelled, without hop-by-hop ones, with the address that the request came from. */
function handshakeHeaders(caller: Caller, request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? "";
    if (!/^(connection|upgrade|x-forwarded-for)$/i.test(name))
      headers[name] = request.rawHeaders[at + 1] ?? "";
  }
  const forwardedFor = request.headers["x-forwarded-for"];
  headers["X-Forwarded-For"] = forwardedFor ? `${forwardedFor}, ${caller.sourceIp}` : caller.sourceIp;
  headers["X-Forwarded-Proto"] = "https";
  return headers;
}

function asLists(headers: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

/** Common Log Format, as in `30/Apr/2022:04:16:26 +0000`. */
function clfTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
