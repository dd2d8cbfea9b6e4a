/** Stands before the stack as a CDN: knows who fetched what, compresses texts, and can fail. */

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Fetched, Pages } from "../swarm/edge.ts";

export interface Cdn {
  /** What viewers asked for, oldest first; a fetch that was broken off counts like a whole one. */
  readonly fetched: readonly Fetched[];
  /** When each segment was first listed in a playlist that a viewer got, by its path. */
  readonly listedAt: ReadonlyMap<string, number>;
  fail(isFailing: boolean): void;
}

/** Serves `/viewer/<number>/<path>` from `origin`, on every address. */
export async function startCdn(origin: string, pages: Pages, port: number): Promise<Cdn> {
  const fetched: Fetched[] = [];
  const listedAt = new Map<string, number>();
  let isFailing = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, viewer = "", path = "/"] = /^\/viewer\/(\d+)(\/.*)$/.exec(request.url ?? "") ?? [];
    const page = pages.get(path);
    if (page) {
      response.writeHead(200, { "content-type": page.type, "content-encoding": "gzip" });
      return void response.end(gzipSync(page.body));
    }
    const entry: Fetched = { viewer: Number(viewer), path, at: Date.now(), status: 503, bytes: 0 };
    fetched.push(entry);
    if (isFailing) return void response.writeHead(503).end();
    const { status, type, body } = await fetchWhole(origin + path);
    entry.status = status;
    entry.bytes = body.length;
    if (path.endsWith(".m3u8")) {
      for (const segment of segmentsIn(path, body.toString())) {
        if (!listedAt.has(segment)) listedAt.set(segment, Date.now());
      }
    }
    response.writeHead(status, {
      "content-type": type,
      "content-length": body.length,
      "cache-control": "no-store",
    });
    response.end(body);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "0.0.0.0", resolve));
  return {
    fetched,
    listedAt,
    fail: (isNowFailing) => {
      isFailing = isNowFailing;
    },
  };
}

/** Paths of the segments that a playlist names. */
export function segmentsIn(playlistPath: string, playlist: string): string[] {
  const folder = playlistPath.slice(0, playlistPath.lastIndexOf("/") + 1);
  return playlist
    .split("\n")
    .filter((row) => row.endsWith(".m4s"))
    .map((row) => folder + row);
}

function fetchWhole(url: string): Promise<{ status: number; type: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const type = response.headers["content-type"] ?? "application/octet-stream";
        resolve({ status: response.statusCode ?? 502, type, body: Buffer.concat(chunks) });
      });
    });
    request.on("error", reject);
    request.end();
  });
}
