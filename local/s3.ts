/**
 * Stands in for S3, as far as Shoal calls it: PutObject, into a folder on this machine, `BUCKET/KEY` below it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */

import { hash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type LoopbackServer, listenOnLoopback } from "./loopback-server.ts";

/** A bucket and a key without anything that leads out of the folder. */
const OBJECT_PATH = /^(\/[\w=.-]*\w[\w=.-]*)+$/;

/** On the loopback address only, and only for who signs, which no page in a browser does. */
export async function startS3(folder: string): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    const { method, headers, url = "" } = request;
    const body = await buffer(request);
    const path = decodeURIComponent(url);
    const isSigned = headers.authorization?.startsWith("AWS4-HMAC-SHA256 ");
    const isWhole = headers["x-amz-content-sha256"] === hash("sha256", body);
    if (!isSigned) return void response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
    if (method !== "PUT" || !OBJECT_PATH.test(path) || !isWhole)
      return void response.writeHead(400).end("<Error><Code>InvalidRequest</Code></Error>");
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
    response.writeHead(200).end();
  });
  return listenOnLoopback(server);
}
