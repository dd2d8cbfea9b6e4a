/**
 * CloudFront on this machine: one address for pages, stream and tracker, routed as the template's distribution says.
 *
 * It caches nothing, so that every request sees the origin's current answer (requests at the same time share one);
 * browsers cache as the headers say.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { behaviourFor } from "./cloudfront/behaviours.ts";
import { compressed } from "./cloudfront/compression.ts";
import { conditioned } from "./cloudfront/conditions.ts";
import {
  type EdgeFunction,
  type EdgeResponse,
  edgeFunction,
  edgeRequest,
  headersOf,
  queryOf,
} from "./cloudfront/edge-function.ts";
import type { Answer, Origin } from "./cloudfront/origin.ts";
import { RequestCollapsing } from "./cloudfront/request-collapsing.ts";
import { acceptedEncodings, originHeaders, type Viewer } from "./cloudfront/request-headers.ts";
import { applyPolicy } from "./cloudfront/response-headers.ts";
import { tunnel } from "./cloudfront/websocket-tunnel.ts";
import type { Behaviour, Distribution } from "./template/distribution.ts";

const BODILESS = ["GET", "HEAD"];

export interface CloudFrontOptions {
  readonly distribution: Distribution;
  /** The HTTP origins, by their ids in the template. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** Host and port of each WebSocket origin, by its id in the template. */
  readonly webSocketOrigins: Readonly<Record<string, string>>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Shorter than the real one's, for tests. */
  readonly webSocketIdleSeconds?: number;
  /** Called when an origin gives no answer. */
  readonly onFailure?: (sentence: string) => void;
  /** Called with the status of each answer of an origin, and 502 where there is none. */
  readonly onAnswer?: (statusCode: number) => void;
}

/** Starts the distribution. Rejects with the system's error when the port is taken. */
export async function startCloudFront(options: CloudFrontOptions): Promise<CloudFront> {
  const distribution = new CloudFront(options);
  await distribution.listen();
  return distribution;
}

export class CloudFront {
  readonly #options: CloudFrontOptions;
  #distribution: Distribution;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #collapsing = new RequestCollapsing();
  /** The origins that are cut off, and each origin's open WebSockets. */
  readonly #away = new Set<string>();
  readonly #tunnels = new Map<Duplex, string>();
  #edgeFunctions: ReadonlyMap<string, EdgeFunction> = new Map();

  constructor(options: CloudFrontOptions) {
    this.#options = options;
    this.#distribution = options.distribution;
    this.update(options.distribution);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** Changes the distribution and its functions, as a deployment does: from the next request on. */
  update(distribution: Distribution): void {
    const codes = distribution.behaviours.flatMap(({ viewerRequest }) => viewerRequest ?? []);
    this.#edgeFunctions = new Map([...new Set(codes)].map((code) => [code, edgeFunction(code)]));
    this.#distribution = distribution;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#options.port, this.#options.host, resolve);
    });
  }

  /** Cuts an origin off: breaks its open WebSockets, and its requests without an answer. */
  cutOff(originId: string): void {
    this.#away.add(originId);
    for (const [socket, id] of this.#tunnels) if (id === originId) socket.destroy();
  }

  /** Ends `cutOff`. */
  restore(originId: string): void {
    this.#away.delete(originId);
  }

  /** Breaks every connection and frees the port. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const behaviour = behaviourFor(this.#distribution, splitUrl(request).path);
    if (this.#away.has(behaviour.origin.id)) {
      this.#options.onAnswer?.(502);
      return void request.socket.destroy();
    }
    const isPreflight = request.method === "OPTIONS";
    try {
      const met = this.#meet(behaviour, request);
      if ("statusCode" in met) return void answerFromEdge(met, request, response);
      const answer = await this.#answerFrom(behaviour, request, met);
      const kept = this.#withErrorCaching(answer);
      const small =
        behaviour.compress && !request.headers.range
          ? await compressed(kept, acceptedEncodings(request.headers))
          : kept;
      const { statusCode, headers, body, cookies } = conditioned(small, request.headers);
      this.#options.onAnswer?.(statusCode);
      response.writeHead(statusCode, {
        ...applyPolicy(headers, behaviour.headersPolicy, request.headers.origin, isPreflight),
        ...(statusCode === 304 ? {} : { "content-length": body.length }),
        ...(cookies && { "set-cookie": [...cookies] }),
      });
      response.end(request.method === "HEAD" ? undefined : body);
    } catch (error) {
      this.#options.onAnswer?.(502);
      this.#options.onFailure?.(`${request.method} ${request.url} failed: ${error}`);
      response.writeHead(502, { "cache-control": "no-store" }).end();
    }
  }

  async #answerFrom(
    behaviour: Behaviour,
    request: IncomingMessage,
    { path, query, viewer }: Met,
  ): Promise<Answer> {
    const { method = "GET" } = request;
    const { origins } = this.#options;
    const distribution = this.#distribution;
    // A preflight asks for headers that the policy adds; it doesn't reach the origin.
    if (method === "OPTIONS") return plain(200, "");
    const origin = origins[behaviour.origin.id];
    if (!origin) return plain(403, "Only WebSocket connections are answered here.");
    const originRequest = {
      method,
      path: path === "/" && distribution.rootObject ? `/${distribution.rootObject}` : path,
      query,
      headers: originHeaders(behaviour, viewer),
      viewerAddress: viewer.address,
      ...(BODILESS.includes(method) ? {} : { body: await text(request) }),
    };
    return behaviour.isCached
      ? this.#collapsing.ask(origin, behaviour.origin.id, originRequest)
      : origin(originRequest);
  }

  /**
   * The request as the edge function passes it on, or the function's own response. CloudFront refuses a method that the
   * behaviour doesn't allow before that.
   */
  #meet(behaviour: Behaviour, request: IncomingMessage): Met | EdgeResponse {
    const { method = "GET" } = request;
    if (!behaviour.allowedMethods.includes(method)) {
      return {
        statusCode: 403,
        body: "This distribution is not configured to allow the HTTP request method that was used.",
      };
    }
    const { path, query } = splitUrl(request);
    const viewer = viewerOf(request);
    const run = this.#edgeFunctions.get(behaviour.viewerRequest ?? "");
    if (!run) return { path, query, viewer };
    const outcome = run(edgeRequest(method, path, query, viewer.headers), viewer.address);
    if ("statusCode" in outcome) return outcome;
    return { path: outcome.uri, query: queryOf(outcome), viewer: { ...viewer, headers: headersOf(outcome) } };
  }

  /** An error may be cached no longer than the distribution allows, whatever its origin says. */
  #withErrorCaching(answer: Answer): Answer {
    const seconds = this.#distribution.errorSeconds[answer.statusCode];
    if (seconds === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, "cache-control": `max-age=${seconds}` } };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const behaviour = behaviourFor(this.#distribution, splitUrl(request).path);
    const address = this.#options.webSocketOrigins[behaviour.origin.id];
    const met = this.#meet(behaviour, request);
    if ("statusCode" in met) {
      socket.end(`HTTP/1.1 ${met.statusCode} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    if (!address || this.#away.has(behaviour.origin.id)) {
      socket.destroy();
      return;
    }
    this.#tunnels.set(socket, behaviour.origin.id);
    socket.once("close", () => this.#tunnels.delete(socket));
    const headers = originHeaders(behaviour, met.viewer);
    tunnel(met.path, socket, head, address, headers, this.#options.webSocketIdleSeconds);
  }
}

/** A request behind the edge function. */
interface Met {
  readonly path: string;
  readonly query: string;
  readonly viewer: Viewer;
}

function splitUrl({ url = "/" }: IncomingMessage): { path: string; query: string } {
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  return { path, query };
}

function answerFromEdge(
  { statusCode, headers = {}, body = "" }: EdgeResponse,
  { method }: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(statusCode, {
    ...Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
    ...(statusCode === 204 ? {} : { "content-length": Buffer.byteLength(body) }),
  });
  response.end(method === "HEAD" || statusCode === 204 ? undefined : body);
}

function viewerOf({ headers, socket }: IncomingMessage): Viewer {
  return {
    headers,
    address: socket.remoteAddress?.replace(/^::ffff:/, "") ?? "",
    port: socket.remotePort ?? 0,
  };
}

function plain(statusCode: number, text: string): Answer {
  return { statusCode, headers: { "content-type": "text/plain" }, body: Buffer.from(text) };
}
