/** MediaPackage's own address, of which functions read; viewers get the same through CloudFront. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Origin } from "../cloudfront/origin.ts";
import { listenOnLoopback } from "../loopback-server.ts";

export interface Egress {
  readonly address: string;
  stop(): Promise<void>;
}

/** Serves an origin by HTTP on a free port of this machine. Nobody's right to read is checked. */
export async function startEgress(origin: Origin): Promise<Egress> {
  const server = createServer((request, response) => void answer(origin, request, response));
  const { endpoint, stop } = await listenOnLoopback(server);
  return { address: endpoint, stop };
}

async function answer(origin: Origin, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { statusCode, headers, body } = await origin({
      method: request.method ?? "GET",
      path: (request.url ?? "/").split("?")[0] ?? "/",
      query: "",
      headers: {},
      viewerAddress: request.socket.remoteAddress ?? "",
    });
    response.writeHead(statusCode, { ...headers, "content-length": body.length }).end(body);
  } catch {
    response.writeHead(500).end();
  }
}
