/** MediaPackage's own address, of which functions read; viewers get the same through CloudFront. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Origin } from "../cloudfront/origin.ts";

export interface Egress {
  readonly address: string;
  stop(): Promise<void>;
}

/** Serves an origin by HTTP on a free port of this machine. Nobody's right to read is checked. */
export async function startEgress(origin: Origin): Promise<Egress> {
  const server = createServer((request, response) => void answer(origin, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => stop(server),
  };
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

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
