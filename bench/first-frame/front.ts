/**
 * Stands before the stack as a CDN's edge does: what may be kept is fetched once and goes out compressed, and the
 * rest is passed on. The pages to compare with lie beside, served in the same way.
 */

import { readdir, readFile } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";

export interface Front {
  /** As `http://host:port`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A file by its path, such as `/bare.html`. */
export type Files = ReadonlyMap<string, Buffer>;

interface Kept {
  readonly type: string;
  readonly isCompressed: boolean;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export async function startFront(origin: string, files: Files): Promise<Front> {
  const kept = new Map<string, Kept>();
  for (const [path, body] of files) kept.set(path, keep(body, TYPES[extname(path)] ?? "text/plain"));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    // Playlists and segments are live, and each viewer has a ticket of its own, so they are asked for each time.
    if (path.startsWith("/t/") || path === "/ticket") return passOn(origin + path, request, response);
    const page = kept.get(path) ?? (await fetchToKeep(origin + path));
    if (!page) return void response.writeHead(404).end();
    kept.set(path, page);
    response.writeHead(200, {
      "content-type": page.type,
      "content-length": page.body.length,
      ...(page.isCompressed && { "content-encoding": "gzip" }),
    });
    response.end(page.body);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** All files below a folder, by their paths below `prefix`. */
export async function filesOf(folder: string, prefix: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [`${prefix}/${relative(folder, path)}`, await readFile(path)] as const),
    ),
  );
}

function keep(body: Buffer, type: string): Kept {
  const isCompressed = body.length > 1000;
  return { type, isCompressed, body: isCompressed ? gzipSync(body) : body };
}

async function fetchToKeep(url: string): Promise<Kept | null> {
  const response = await fetch(url);
  if (!response.ok) return null;
  return keep(Buffer.from(await response.arrayBuffer()), response.headers.get("content-type") ?? "");
}

function passOn(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const { host: _host, ...headers } = request.headers;
    const upstream = httpRequest(url, { method: request.method ?? "GET", headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response).on("finish", resolve).on("error", reject);
    });
    upstream.on("error", reject);
    request.pipe(upstream);
  });
}
