/**
 * Stands between the viewers and the stack, one address for each viewer, so that it can be told who fetched
 * what, one viewer's line can be made slow, the CDN or the tracker can go away, and viewers can be kept from
 * meeting: an offer from a viewer that one isn't to meet is dropped on the way.
 */

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "ws";

export interface Upstream {
  /** Where HLS and pages come from, as `http://host:port`. */
  http: string;
  /** The tracker's WebSocket address. */
  tracker: string;
}

export interface Fetched {
  viewer: number;
  path: string;
  /** In milliseconds, of Date.now(). */
  at: number;
  status: number;
  bytes: number;
}

export interface Edge {
  /** Where a viewer's requests go: pages, HLS and tracker below one address. */
  address(viewer: number): string;
  trackerAddress(viewer: number): string;
  /** Everything that viewers fetched, oldest first. */
  readonly fetched: readonly Fetched[];
  /** Bits per second for one viewer's segments; null for no limit. */
  limit(viewer: number, bitsPerSecond: number | null): void;
  /** Bits per second for whoever is the first to fetch a segment. */
  limitFirst(bitsPerSecond: number): void;
  setCdn(isUp: boolean): void;
  setTracker(isUp: boolean): void;
  /** Who may meet whom; everyone, until told. */
  setNeighbours(areNeighbours: (one: number, other: number) => boolean): void;
  stop(): Promise<void>;
}

/** Content that the edge serves itself, by path. */
export type Pages = ReadonlyMap<string, { type: string; body: string | Buffer }>;

const CHUNK_BYTES = 4096;

export function isSignature({ path }: Fetched): boolean {
  return path.startsWith("/signatures/");
}

export async function startEdge(upstream: Upstream, pages: Pages): Promise<Edge> {
  const fetched: Fetched[] = [];
  const limits = new Map<number, number>();
  const viewerOfPeer = new Map<string, number>();
  const sockets = new Set<WebSocket>();
  let areNeighbours = (_one: number, _other: number): boolean => true;
  let firstLimit: number | undefined;
  let isCdnUp = true;
  let isTrackerUp = true;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const page = pages.get(path.split("?")[0] ?? "");
    if (page) return void response.setHeader("content-type", page.type).end(page.body);
    const viewer = viewerIn(request);
    const isFirst = !fetched.some((earlier) => earlier.path === path);
    const entry: Fetched = { viewer, path, at: Date.now(), status: 503, bytes: 0 };
    fetched.push(entry);
    if (!isCdnUp) return void response.writeHead(503).end();
    const whole = await fetchWhole(upstream.http + path, request);
    entry.status = whole.status;
    response.writeHead(whole.status, { "content-type": whole.type, "cache-control": "no-store" });
    const limit = (isFirst ? firstLimit : undefined) ?? limits.get(viewer);
    if (limit === undefined || path.includes(".m3u8")) {
      entry.bytes = whole.body.length;
      return void response.end(whole.body);
    }
    for (let from = 0; from < whole.body.length && !response.destroyed; from += CHUNK_BYTES) {
      const chunk = whole.body.subarray(from, from + CHUNK_BYTES);
      await sleep((chunk.length * 8000) / limit);
      entry.bytes += chunk.length;
      response.write(chunk);
    }
    response.end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(String(error));
    });
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on("connection", (viewerSide, request) => {
    const viewer = viewerIn(request);
    if (!isTrackerUp) return viewerSide.close();
    const trackerSide = new WebSocket(upstream.tracker, { headers: forwardedHeaders(request) });
    const waiting: string[] = [];
    sockets.add(viewerSide);
    viewerSide.on("message", (data) => {
      const text = data.toString();
      const { peer_id: peerId } = JSON.parse(text) as { peer_id?: string };
      if (peerId) viewerOfPeer.set(peerId, viewer);
      if (trackerSide.readyState === WebSocket.OPEN) trackerSide.send(text);
      else waiting.push(text);
    });
    trackerSide.on("open", () => {
      for (const text of waiting) trackerSide.send(text);
    });
    trackerSide.on("message", (data) => {
      const message = JSON.parse(data.toString()) as { offer?: object; peer_id?: string };
      const from = viewerOfPeer.get(message.peer_id ?? "");
      const isKept = message.offer && from !== undefined && !areNeighbours(viewer, from);
      if (!isKept) viewerSide.send(data.toString());
    });
    viewerSide.on("close", () => {
      sockets.delete(viewerSide);
      trackerSide.close();
    });
    trackerSide.on("close", () => viewerSide.close());
    trackerSide.on("error", () => viewerSide.close());
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const hostOf = (viewer: number) => `viewer-${viewer}.localhost:${port}`;
  return {
    address: (viewer) => `http://${hostOf(viewer)}`,
    trackerAddress: (viewer) => `ws://${hostOf(viewer)}/tracker`,
    fetched,
    limit: (viewer, bitsPerSecond) => {
      if (bitsPerSecond === null) limits.delete(viewer);
      else limits.set(viewer, bitsPerSecond);
    },
    limitFirst: (bitsPerSecond) => {
      firstLimit = bitsPerSecond;
    },
    setCdn: (isUp) => {
      isCdnUp = isUp;
    },
    setTracker: (isUp) => {
      isTrackerUp = isUp;
      if (!isUp) for (const socket of sockets) socket.close();
    },
    setNeighbours: (among) => {
      areNeighbours = among;
    },
    stop: async () => {
      for (const socket of sockets) socket.terminate();
      webSockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A path can't tell viewers apart: what stands before the stream's own is a ticket, which players take out. */
function viewerIn({ headers }: IncomingMessage): number {
  return Number(/^viewer-(\d+)\./.exec(headers.host ?? "")?.[1]);
}

/** The real tracker judges a viewer by these. */
function forwardedHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    ["user-agent", "origin"].flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

function fetchWhole(
  url: string,
  { headers }: IncomingMessage,
): Promise<{ status: number; type: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const range = headers.range === undefined ? {} : { range: headers.range };
    const request = httpRequest(url, { headers: range }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 502,
          type: response.headers["content-type"] ?? "application/octet-stream",
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}
