/** The tracker alone, as one process: the function's own decisions, over sockets and a store in memory. */

import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import type { Connections } from "../functions/tracker/connections.ts";
import { localityOf } from "../functions/tracker/handshake.ts";
import { LoadControl, ratesFor } from "../functions/tracker/load.ts";
import { Metrics } from "../functions/tracker/metrics.ts";
import type { Outgoing } from "../functions/tracker/outgoing.ts";
import type { Reach } from "../functions/tracker/reach.ts";
import type { Connection } from "../functions/tracker/swarms.ts";
import { MemorySwarms } from "../functions/tracker/swarms-memory.ts";
import { Tracker } from "../functions/tracker/tracker.ts";

export interface TrackerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly reach?: Reach;
  /** What a connection may send in a minute; 0 sets no limit, and by default there are the function's. */
  readonly announcesPerMinute?: number | undefined;
  /** Told of what failed and was not a client's fault. */
  readonly onFailure?: (what: string, error: unknown) => void;
}

export interface LocalTracker {
  readonly port: number;
  /** Number of connected clients. */
  readonly clients: number;
  stop(): Promise<void>;
}

/** As API Gateway would take it. */
const LONGEST_MESSAGE_BYTES = 128 * 1024;

/** A client that vanished without a word is noticed after one to two of these. */
const PROBE_SECONDS = 60;

/** More than a laptop can have at a time. */
const MOST_CLIENTS = 1_000_000;

/** Starts a WebTorrent tracker, at any path. Rejects with the system's error when the port is taken. */
export async function startTracker({
  host,
  port,
  reach = "world",
  announcesPerMinute,
  onFailure = () => {},
}: TrackerOptions): Promise<LocalTracker> {
  const sockets = new Map<string, Client>();
  const nowSeconds = (): number => Date.now() / 1000;
  const tracker = new Tracker({
    swarms: new MemorySwarms(nowSeconds),
    connections: socketsAsConnections(sockets),
    load: new LoadControl(
      MOST_CLIENTS,
      announcesPerMinute === undefined ? undefined : ratesFor(announcesPerMinute),
    ),
    metrics: new Metrics("tracker"),
    nowSeconds,
    random: Math.random,
    onFailure,
    candidates: { allowsLoopback: true },
    reach,
  });
  const server = createServer((_request, response) => {
    response.writeHead(426, { "content-type": "text/plain", upgrade: "websocket" });
    response.end("This is a WebTorrent tracker: connect to it with a WebSocket.\n");
  });
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE_BYTES });
  server.on("upgrade", (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (client) =>
      webSockets.emit("connection", client, request),
    );
  });
  const salt = randomBytes(16).toString("hex");
  let connected = 0;
  webSockets.on("connection", (socket, request) => {
    const id = String(++connected);
    const connection = { id, locality: localityOfClient(request, id, salt) };
    serve(tracker, { socket, stream: request.socket }, connection, sockets);
  });
  await listen(server, port, host);
  const probing = probe(webSockets);
  return {
    port: (server.address() as AddressInfo).port,
    get clients() {
      return sockets.size;
    },
    stop: async () => {
      clearInterval(probing);
      for (const socket of webSockets.clients) socket.terminate();
      webSockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A client's WebSocket, and the TCP stream below it. */
interface Client {
  readonly socket: WebSocket;
  readonly stream: Socket;
}

function serve(tracker: Tracker, client: Client, connection: Connection, sockets: Map<string, Client>): void {
  const { socket } = client;
  sockets.set(connection.id, client);
  socket.on("message", async (data: Buffer) => {
    const response = await tracker.receive(connection, data.toString("utf8"));
    if (response) send(client, response);
  });
  // A frame that breaks the protocol: `ws` closes the socket on its own.
  socket.on("error", () => {});
  socket.on("close", () => {
    sockets.delete(connection.id);
    void tracker.leave(connection);
  });
}

function socketsAsConnections(sockets: ReadonlyMap<string, Client>): Connections {
  return {
    send: async (connectionId, message) => {
      const client = sockets.get(connectionId);
      if (client?.socket.readyState !== WebSocket.OPEN) return "gone";
      send(client, message);
      return "sent";
    },
    disconnect: async (connectionId) => sockets.get(connectionId)?.socket.close(),
  };
}

function send({ socket, stream }: Client, message: Outgoing): void {
  writeTogether(stream);
  socket.send(JSON.stringify(message));
}

/** What goes to a client in one turn of the event loop leaves in one write: under load, writing is what costs most. */
function writeTogether(stream: Socket): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}

function localityOfClient({ headers, socket }: IncomingMessage, connectionId: string, salt: string) {
  const texts = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]);
  return localityOf(
    { headers: Object.fromEntries(texts), sourceIp: socket.remoteAddress ?? "", connectionId },
    salt,
  );
}

/** Pings all, and drops who hasn't answered the ping before. */
function probe(webSockets: WebSocketServer): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  webSockets.on("connection", (socket) => socket.on("pong", () => silent.delete(socket)));
  return setInterval(() => {
    for (const socket of webSockets.clients) {
      if (silent.has(socket)) socket.terminate();
      silent.add(socket);
      socket.ping();
    }
  }, PROBE_SECONDS * 1000);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}
