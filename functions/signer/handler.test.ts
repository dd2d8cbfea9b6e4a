/** The handler with the environment that the template gives it, against a server in MediaPackage's place. */

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import event from "../../events/signer/signatures.json" with { type: "json" };
import { signingKeysOf } from "../channel/stack/signing-keys.ts";

const FOLDER = "/out/v1/shoal/live/cmaf";
const FILES: Readonly<Record<string, string>> = {
  [`${FOLDER}/index.m3u8`]: "#EXT-X-STREAM-INF:BANDWIDTH=1\nindex_720p.m3u8\n",
  [`${FOLDER}/index_720p.m3u8`]:
    "#EXT-X-MEDIA-SEQUENCE:1795222131\n#EXTINF:2,\nsegment_720p_1795222131.mp4\n",
  [`${FOLDER}/segment_720p_1795222131.mp4`]: "the segment's bytes",
};

let requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
let answer: (path: string, response: ServerResponse) => void;
const server = createServer((request, response) => {
  const path = request.url ?? "";
  requests.push({ path, headers: request.headers });
  answer(path, response);
});

beforeEach(async () => {
  requests = [];
  answer = (path, response) => {
    const file = FILES[path];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const variables = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SESSION_TOKEN: "a session",
    CHANNEL: "shoal",
    HLS: `${FOLDER}/index.m3u8`,
    MEDIA_ORIGIN: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    PRIVATE_KEY: signingKeysOf("a seed", 1).PrivateKey,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  // The handler reads its environment when it is loaded.
  vi.resetModules();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

async function ask(rawPath = event.rawPath) {
  const { handler } = await import("./handler.ts");
  return handler({ ...event, rawPath } as LambdaFunctionURLEvent);
}

test("a number's signatures are made of what MediaPackage has", async () => {
  expect(await ask()).toMatchObject({ statusCode: 200, isBase64Encoded: true });
  expect(requests.map(({ path }) => path)).toEqual(Object.keys(FILES));
});

test("each request to MediaPackage is signed for it by the function's role", async () => {
  await ask();
  for (const { headers } of requests) {
    expect(headers.authorization).toContain("/us-east-1/mediapackagev2/aws4_request, SignedHeaders=host;");
    expect(headers["x-amz-security-token"]).toBe("a session");
  }
});

test("before anything is on the air, there are no signatures", async () => {
  answer = (_path, response) => response.writeHead(404).end();
  expect(await ask()).toMatchObject({ statusCode: 404, body: "No playlist lists this segment.\n" });
});

test("a path that names no number asks MediaPackage nothing", async () => {
  expect(await ask("/signatures/etc/passwd")).toMatchObject({ statusCode: 404 });
  expect(requests).toEqual([]);
});

test.each([
  ["an error", (response: ServerResponse) => response.writeHead(503).end(), "MediaPackage answered 503"],
  [
    "a redirect",
    (response: ServerResponse) => response.writeHead(302, { location: "/" }).end(),
    "fetch failed",
  ],
  [
    "more than a segment can be",
    (response: ServerResponse) => response.end(Buffer.alloc(17 * 1024 * 1024)),
    "more than 16777216 bytes",
  ],
])("%s from MediaPackage is an error", async (_what, end, message) => {
  answer = (_path, response) => end(response);
  await expect(ask()).rejects.toThrow(message);
});

test.each(["CHANNEL", "HLS", "MEDIA_ORIGIN", "PRIVATE_KEY", "AWS_REGION", "AWS_ACCESS_KEY_ID"])(
  "without %s it doesn't start, and says why",
  async (name) => {
    vi.stubEnv(name, undefined);
    await expect(ask()).rejects.toThrow(`The environment variable ${name} is missing`);
  },
);

test("a private key that can't be read isn't repeated", async () => {
  vi.stubEnv("PRIVATE_KEY", "nonsense");
  await expect(ask()).rejects.toThrow(/^PRIVATE_KEY isn't a private key in PKCS #8 and Base64$/);
});
