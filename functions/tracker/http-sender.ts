/** Sends requests over connections kept open, each with a deadline for the whole of its response. */
import type { Agent, IncomingMessage } from "node:http";
import type { HttpRequest, HttpResponse } from "@smithy/types";

// `import` would read every export of node:http, and reading `WebSocket` loads all of undici: 35 ms of a cold start,
// measured with `node --cpu-prof`. The SDK's own sender does.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

/** Connections to one service. Lambda handles one event at a time, with about ten requests; a large scrape's wait. */
const MAX_SOCKETS = 64;

const NOTHING = new Uint8Array();

export class HttpSender {
  readonly #service: string;
  readonly #timeoutMilliseconds: number;
  readonly #agents: Readonly<Record<string, Agent>> = {
    "http:": new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    "https:": new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };

  /** `service` is for errors' messages. The timeout is from the start of a request to the last byte of its response. */
  constructor(service: string, timeoutMilliseconds: number) {
    this.#service = service;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  /** Resolves to the response, whatever its status; rejects when the service can't be reached in time. */
  send(request: HttpRequest, onKeptConnection: boolean): Promise<HttpResponse> {
    const { protocol, hostname, port, method, path, headers } = request;
    const agent = onKeptConnection ? this.#agents[protocol] : false;
    const { request: open } = protocol === "http:" ? http : https;
    return new Promise((resolve, reject) => {
      const call = open({ hostname, port, method, path, headers, agent });
      const deadline = setTimeout(() => {
        call.destroy(new Error(`${this.#service} did not answer within ${this.#timeoutMilliseconds} ms`));
      }, this.#timeoutMilliseconds);
      const fail = (error: Error) => {
        clearTimeout(deadline);
        reject(error);
      };
      call.on("error", fail);
      call.on("response", (response: IncomingMessage) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", fail);
        response.on("end", () => {
          clearTimeout(deadline);
          const { statusCode = 0, headers: received } = response;
          resolve({ statusCode, headers: received as HttpResponse["headers"], body: Buffer.concat(pieces) });
        });
      });
      // The SDK serializes to bytes, and a DELETE to nothing. Node sends headers and a text in one write, headers and bytes in two.
      const { buffer, byteOffset, byteLength } = (request.body ?? NOTHING) as Uint8Array;
      call.end(Buffer.from(buffer, byteOffset, byteLength).toString());
    });
  }
}
