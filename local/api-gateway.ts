/** API Gateway on this machine: the template's WebSocket API, with the real service's limits and refusals. */

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { authorize } from "./api-gateway/authorize.ts";
import { BINARY_REFUSED, Connection, TOO_LONG } from "./api-gateway/connection.ts";
import {
  type AuthorizerContext,
  type Caller,
  connectEvent,
  disconnectEvent,
  messageEvent,
  newId,
} from "./api-gateway/events.ts";
import { watchFrames } from "./api-gateway/frame-meter.ts";
import { callFunction, type Invoker, isFailure } from "./api-gateway/integration.ts";
import { LIMITS, type Limits } from "./api-gateway/limits.ts";
import { answerManagement, refuse } from "./api-gateway/management.ts";
import { findRoute, selectRoute } from "./api-gateway/routes.ts";
import type { WebSocketApi } from "./template/websocket-api.ts";

export interface ApiGatewayOptions {
  readonly api: WebSocketApi;
  /** Runs the functions behind the routes. */
  readonly lambda: Invoker;
  /** Shorter limits, for tests. */
  readonly limits?: Partial<Limits>;
  /** Called with the number of open connections whenever it changes. */
  readonly onConnections?: (count: number) => void;
}

/** A refused handshake, with the status and the message that the client gets. */
interface Refusal {
  readonly statusCode: number;
  readonly message: string;
}

/** Starts the API on a free port of the loopback address. */
export async function startApiGateway(options: ApiGatewayOptions): Promise<ApiGateway> {
  const gateway = new ApiGateway(options);
  await gateway.listen();
  return gateway;
}

export class ApiGateway {
  readonly #api: WebSocketApi;
  readonly #lambda: Invoker;
  readonly #limits: Limits;
  readonly #connections = new Map<string, Connection>();
  readonly #onConnections: (count: number) => void;
  readonly #server: Server;
  readonly #handshakes: WebSocketServer;

  constructor({ api, lambda, limits, onConnections = () => {} }: ApiGatewayOptions) {
    this.#api = api;
    this.#lambda = lambda;
    this.#limits = { ...LIMITS, ...limits };
    this.#onConnections = onConnections;
    // API Gateway accepts no extension and, unless the function says so, no subprotocol.
    this.#handshakes = new WebSocketServer({
      noServer: true,
      maxPayload: this.#limits.messageBytes,
      handleProtocols: () => false,
    });
    this.#server = createServer((request, response) => {
      const connectionId = this.#managedConnection(request);
      if (connectionId === undefined) return refuse(response, 403, "ForbiddenException", "Forbidden");
      void answerManagement(request, response, connectionId, this.#connections, this.#limits);
    });
    this.#server.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  /** Host and port. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The `@connections` API's endpoint, for the SDK's ApiGatewayManagementApi client. */
  get managementEndpoint(): string {
    return `http://${this.address}/${this.#api.stage}`;
  }

  /** Number of open connections. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
  }

  /** Drops every connection at once, without a close frame, and frees the port. Functions get no `$disconnect`. */
  stop(): Promise<void> {
    this.#connections.clear();
    for (const socket of this.#handshakes.clients) socket.terminate();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    const caller: Caller = {
      connectionId: newId(),
      connectedAt: Date.now(),
      domainName: this.address,
      sourceIp: request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "",
      userAgent: request.headers["user-agent"],
    };
    const answer = await this.#connect(request, caller);
    if ("message" in answer) return refuseHandshake(socket, answer, caller);
    if (socket.destroyed) return;
    this.#handshakes.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open(webSocket, socket, new Connection(webSocket, caller, answer.authorizer, this.#limits));
    });
  }

  /**
   * Whether the handshake may be completed: checks the path, the authorizer and the `$connect` route, in this order.
   */
  async #connect(
    request: IncomingMessage,
    caller: Caller,
  ): Promise<Refusal | { authorizer?: AuthorizerContext }> {
    const path = (request.url ?? "").split("?")[0];
    if (path !== `/${this.#api.stage}` && path !== `/${this.#api.stage}/`)
      return { statusCode: 403, message: "Forbidden" };
    const route = findRoute(this.#api, "$connect");
    if (!route) return {};
    const authorization = route.authorizer
      ? await authorize(this.#lambda, route.authorizer, this.#api, caller, request)
      : undefined;
    if (authorization && !authorization.allowed) return authorization;
    const event = connectEvent(this.#api, caller, request, authorization?.context);
    const answer = await callFunction(this.#lambda, route, event);
    if (isFailure(answer)) return answer;
    if (answer.statusCode >= 300) return { statusCode: answer.statusCode, message: answer.body ?? "" };
    return authorization ? { authorizer: authorization.context } : {};
  }

  #open(webSocket: WebSocket, socket: Duplex, connection: Connection): void {
    const { connectionId } = connection.caller;
    this.#connections.set(connectionId, connection);
    this.#onConnections(this.#connections.size);
    watchFrames(socket, this.#limits.frameBytes, () => connection.close(TOO_LONG));
    webSocket.on("message", (data: Buffer, isBinary) => {
      if (!connection.isOpen) return;
      if (isBinary) return connection.close(BINARY_REFUSED);
      void this.#message(connection, data.toString("utf8"));
    });
    // `ws` closes by itself, with the right code, when a message is too long or breaks the protocol.
    webSocket.on("error", (error) => {
      if (isTooLong(error)) connection.close(TOO_LONG);
    });
    webSocket.on("close", (code, reason) => {
      const ending = connection.end(code, reason.toString("utf8"));
      // After stop() functions get no `$disconnect`.
      if (!this.#connections.delete(connectionId)) return;
      this.#onConnections(this.#connections.size);
      const route = findRoute(this.#api, "$disconnect");
      if (!route) return;
      void callFunction(
        this.#lambda,
        route,
        disconnectEvent(this.#api, connection.caller, ending, connection.authorizer),
      );
    });
  }

  async #message(connection: Connection, body: string): Promise<void> {
    connection.touch();
    const route = selectRoute(this.#api, body);
    if (!route) return sayError(connection, "Forbidden");
    const event = messageEvent(this.#api, connection.caller, route.key, body, connection.authorizer);
    const answer = await callFunction(this.#lambda, route, event);
    if (!connection.isOpen) return;
    if (isFailure(answer)) return sayError(connection, answer.message, event.requestContext.requestId);
    if (!route.hasResponse || !answer.body) return;
    if (Buffer.byteLength(answer.body) > this.#limits.messageBytes)
      return sayError(connection, "Internal server error");
    connection.send(answer.body);
  }

  /** The connection id in a path such as `/tracker/@connections/{id}`. */
  #managedConnection(request: IncomingMessage): string | undefined {
    const [, stage, resource, connectionId, ...rest] =
      (request.url ?? "").split("?")[0]?.split("/").map(decode) ?? [];
    if (stage !== this.#api.stage || resource !== "@connections" || rest.length > 0) return undefined;
    return connectionId;
  }
}

/** An error frame of API Gateway's own. */
function sayError(connection: Connection, message: string, requestId = newId()): void {
  connection.send(JSON.stringify({ message, connectionId: connection.caller.connectionId, requestId }));
}

function refuseHandshake(socket: Duplex, { statusCode, message }: Refusal, { connectionId }: Caller): void {
  const body = JSON.stringify({ message, connectionId, requestId: newId() });
  const head = [
    `HTTP/1.1 ${statusCode} `,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function isTooLong(error: Error): boolean {
  return "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
