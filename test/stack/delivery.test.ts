import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { TicketReply } from "../../functions/edge/ticket.ts";
import { functionOrigin } from "../../local/cloudfront/function-origin.ts";
import { mediaOrigin } from "../../local/cloudfront/media-origin.ts";
import { type CloudFront, startCloudFront } from "../../local/cloudfront.ts";
import { readDistribution } from "../../local/template/distribution.ts";
import { readTemplate } from "../../local/template.ts";

const PLAYLIST = `#EXTM3U\n${"#EXTINF:2,\nsegment.mp4\n".repeat(100)}`;
const SEGMENT = Buffer.from(Array.from({ length: 50_000 }, (_, at) => at % 256));
const STREAM = "/out/v1/shoal/live/cmaf";

let folder: string;
let cloudfront: CloudFront;
const handshakes: IncomingMessage[] = [];
const events: Record<string, unknown>[] = [];
const signerEvents: Record<string, unknown>[] = [];
const trackerServer = createServer();
const tracker = new WebSocketServer({ server: trackerServer });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-delivery-"));
  const media = join(folder, "media");
  await mkdir(join(media, STREAM), { recursive: true });
  await writeFile(join(folder, "secret.m3u8"), "secret");
  await writeFile(join(media, STREAM, "index.m3u8"), PLAYLIST);
  await writeFile(join(media, STREAM, "segment_1.mp4"), SEGMENT);
  await writeFile(join(media, STREAM, ".index.m3u8"), "half-written");
  await symlink(join(folder, "secret.m3u8"), join(media, STREAM, "link.m3u8"));
  await symlink(folder, join(media, "out/v1/up"));
  tracker.on("connection", (socket, request) => {
    handshakes.push(request);
    socket.on("message", (data: Buffer) => socket.send(`heard ${data}`));
  });
  await new Promise<void>((resolve) => trackerServer.listen(0, "127.0.0.1", resolve));
  const pages = {
    invoke: async (_function: string, event: unknown) => {
      events.push(event as Record<string, unknown>);
      return {
        statusCode: 200,
        headers: { "Content-Type": "text/html" },
        body: `<p>${"shoal ".repeat(500)}</p>`,
      };
    },
  };
  const signer = {
    invoke: async (_function: string, event: unknown) => {
      signerEvents.push(event as Record<string, unknown>);
      await sleep(50);
      return { statusCode: 200, body: "AQL/", isBase64Encoded: true };
    },
  };
  const template = await readTemplate({ attributes: { "OriginSecret.Value": "the secret" } });
  cloudfront = await startCloudFront({
    distribution: readDistribution(template),
    origins: {
      pages: functionOrigin(pages, "SiteFunction"),
      media: mediaOrigin(media, 2),
      signer: functionOrigin(signer, "SignerFunction"),
    },
    webSocketOrigins: { tracker: `127.0.0.1:${(trackerServer.address() as AddressInfo).port}` },
    host: "127.0.0.1",
    port: 0,
  });
});

afterAll(async () => {
  await cloudfront.stop();
  tracker.close();
  trackerServer.close();
  trackerServer.closeAllConnections();
  await rm(folder, { recursive: true });
});

/** A request whose path goes out as it is written, unlike fetch's; the stream's, with a ticket. */
async function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  return getAt(
    /^\/(out|signatures)\//.test(path) ? (await ticketAt(cloudfront)) + path : path,
    headers,
    method,
  );
}

/** How the paths begin that need a ticket. */
async function ticketAt({ port }: CloudFront): Promise<string> {
  const { ticket } = (await (await fetch(`http://127.0.0.1:${port}/ticket`)).json()) as TicketReply;
  return `/t/${ticket}`;
}

async function trackerAt(at: CloudFront): Promise<string> {
  return `ws://127.0.0.1:${at.port}${await ticketAt(at)}/tracker`;
}

async function getAt(path: string, headers: Record<string, string> = {}, method = "GET") {
  const request = httpRequest({ port: cloudfront.port, path, headers, method }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const body = Buffer.concat(await response.toArray());
  return { status: response.statusCode, headers: response.headers, body };
}

// Routing

test("pages, stream and tracker are behind one address", async () => {
  expect((await get("/")).headers["content-type"]).toBe("text/html");
  expect((await get(`${STREAM}/index.m3u8`)).body.toString()).toBe(PLAYLIST);
  const socket = new WebSocket(await trackerAt(cloudfront));
  await once(socket, "open");
  socket.send("hello");
  const [answer] = (await once(socket, "message")) as [Buffer];
  expect(answer.toString()).toBe("heard hello");
  socket.close();
});

test("the pages' function gets a function URL's event", async () => {
  await get("/?from=here", { "User-Agent": "a browser" });
  expect(events.at(-1)).toMatchObject({
    version: "2.0",
    rawPath: "/index.html",
    rawQueryString: "", // no page has a use for one
    headers: { "x-forwarded-for": "127.0.0.1", "user-agent": "Amazon CloudFront" },
    requestContext: { http: { method: "GET", sourceIp: "127.0.0.1" } },
  });
});

test("viewers who ask for the same signatures at the same time cause one invocation", async () => {
  const path = `/signatures${STREAM}/1795`;
  const answers = await Promise.all(
    ["br", "gzip", "identity"].map((encoding) => get(path, { "Accept-Encoding": encoding })),
  );
  expect(signerEvents.map(({ rawPath }) => rawPath)).toEqual([path]);
  for (const { status, body } of answers) expect([status, [...body]]).toEqual([200, [1, 2, 255]]);
});

test("a method that the behaviour doesn't allow is refused with 403", async () => {
  expect((await get("/", {}, "POST")).status).toBe(403);
  expect((await get(`${STREAM}/index.m3u8`, {}, "DELETE")).status).toBe(403);
});

test("what has no ticket reaches neither the stream's nor the tracker's origin, nor the pages' function", async () => {
  const before = [events.length, handshakes.length, signerEvents.length];
  for (const path of [
    `/signatures${STREAM}/1`,
    `${STREAM}/index.m3u8`,
    `${STREAM}/segment_1.mp4`,
    `/t/made-up${STREAM}/index.m3u8`,
  ]) {
    expect((await getAt(path)).status).toBe(401);
  }
  for (const path of ["/favicon.ico", "/wp-login.php", "/assets/", "/out/", "/t/x/y"]) {
    expect([401, 404]).toContain((await getAt(path)).status);
  }
  for (const path of ["/tracker", "/t/made-up/tracker"]) {
    const socket = new WebSocket(`ws://127.0.0.1:${cloudfront.port}${path}`);
    socket.on("error", () => {});
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(401);
  }
  expect([events.length, handshakes.length, signerEvents.length]).toEqual(before);
});

test("HEAD for a ticket has its headers and no body; a preflight is answered without an origin", async () => {
  expect((await get("/ticket", {}, "HEAD")).body.length).toBe(0);
  expect((await get("/", {}, "OPTIONS")).status).toBe(204);
});

test("a WebSocket elsewhere than at the tracker comes to nothing", async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${cloudfront.port}/`);
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toMatch(/hang up|ECONNRESET/);
});

// What the tracker's origin sees

test("a viewer behind another address can be played by saying so", async () => {
  const addressSeen = async (headers: Record<string, string>) => {
    const socket = new WebSocket(await trackerAt(cloudfront), { headers });
    await once(socket, "open");
    socket.close();
    return handshakes.at(-1)?.headers["cloudfront-viewer-address"];
  };
  expect(await addressSeen({})).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(await addressSeen({ "CloudFront-Viewer-Address": "203.0.113.7:4711" })).toBe("203.0.113.7:4711");
});

test("the tracker sees the secret, the viewer's address and place, and nothing else of the viewer's", async () => {
  const socket = new WebSocket(await trackerAt(cloudfront), {
    headers: {
      "CloudFront-Viewer-Country": "FR",
      "CloudFront-Viewer-ASN": "12322",
      "X-Forwarded-For": "203.0.113.7",
      "x-shoal-origin": "a guess",
      Cookie: "a=b",
      "User-Agent": "a browser",
    },
  });
  await once(socket, "open");
  socket.close();
  expect(handshakes.at(-1)?.headers).toMatchObject({
    "x-shoal-origin": "the secret",
    "cloudfront-viewer-country": "FR",
    "cloudfront-viewer-asn": "12322",
    "x-forwarded-for": "203.0.113.7, 127.0.0.1",
    "user-agent": "Amazon CloudFront",
  });
  expect(handshakes.at(-1)?.headers.cookie).toBeUndefined();
});

// Caching

test("a playlist may be kept for half a segment, a segment for good, an error for a second", async () => {
  expect((await get(`${STREAM}/index.m3u8`)).headers["cache-control"]).toBe("max-age=1");
  expect((await get(`${STREAM}/segment_1.mp4`)).headers["cache-control"]).toContain("immutable");
  const missing = await get(`${STREAM}/segment_2.mp4`);
  expect([missing.status, missing.headers["cache-control"]]).toEqual([404, "max-age=1"]);
});

test("a playlist that changed has another tag, one that didn't gets 304", async () => {
  const path = `${STREAM}/changing.m3u8`;
  const file = join(folder, "media", path);
  await writeFile(file, PLAYLIST);
  onTestFinished(() => rm(file));
  const etag = String((await get(path)).headers.etag);
  const same = await get(path, { "If-None-Match": etag });
  expect([same.status, same.body.length]).toEqual([304, 0]);
  await writeFile(file, PLAYLIST.replace("2", "3"));
  expect((await get(path, { "If-None-Match": etag })).status).toBe(200);
});

// Compression

test("text is compressed with what the viewer accepts, Brotli first", async () => {
  const path = `${STREAM}/index.m3u8`;
  const brotli = await get(path, { "Accept-Encoding": "gzip, deflate, br" });
  expect(brotli.headers).toMatchObject({ "content-encoding": "br", vary: "Accept-Encoding" });
  expect(brotliDecompressSync(brotli.body).toString()).toBe(PLAYLIST);
  const gzip = await get(path, { "Accept-Encoding": "gzip, br;q=0" });
  expect(gzip.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(gzip.body).toString()).toBe(PLAYLIST);
  expect((await get(path)).headers["content-encoding"]).toBeUndefined();
});

test("a compressed answer has a weak tag, which is known again", async () => {
  const path = `${STREAM}/index.m3u8`;
  const headers = { "Accept-Encoding": "br" };
  const etag = String((await get(path, headers)).headers.etag);
  expect(etag).toMatch(/^W\//);
  expect((await get(path, { ...headers, "If-None-Match": etag })).status).toBe(304);
});

test("segments are not compressed", async () => {
  const { headers } = await get(`${STREAM}/segment_1.mp4`, { "Accept-Encoding": "br" });
  expect(headers["content-encoding"]).toBeUndefined();
});

// Parts and HEAD

test("a part of a segment is given as asked for", async () => {
  const part = await get(`${STREAM}/segment_1.mp4`, { Range: "bytes=100-199" });
  expect([part.status, part.headers["content-range"]]).toEqual([206, `bytes 100-199/${SEGMENT.length}`]);
  expect(part.body.equals(SEGMENT.subarray(100, 200))).toBe(true);
  expect((await get(`${STREAM}/segment_1.mp4`, { Range: "bytes=50000-" })).status).toBe(416);
});

test("HEAD gives the headers of GET and no body", async () => {
  const head = await get(`${STREAM}/segment_1.mp4`, {}, "HEAD");
  expect([head.status, head.body.length]).toEqual([200, 0]);
  expect(head.headers).toMatchObject({
    "content-length": String(SEGMENT.length),
    "content-type": "video/mp4",
  });
});

// No way out of the folder

test.each([
  `${STREAM}/../../../../../../secret.m3u8`,
  `${STREAM}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.m3u8`,
  `${STREAM}/..%2f..%2f..%2f..%2f..%2f..%2fsecret.m3u8`,
  `${STREAM}/..%5c..%5csecret.m3u8`,
  `${STREAM}/link.m3u8`,
  "/out/v1/up/secret.m3u8",
  `${STREAM}/index.m3u8%00`,
  `${STREAM}/%00/index.m3u8`,
  `${STREAM}//index.m3u8`,
  `${STREAM}/index.m3u8/`,
  `${STREAM}/.index.m3u8`,
  `${STREAM}/%`,
  `${STREAM}`,
  `${STREAM}/${"a".repeat(300)}.m3u8`,
])("%s is not there", async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body.toString()).not.toContain("secret");
});

// Faults

test("an origin that is cut off breaks its requests and its open WebSockets, until it is restored", async () => {
  const socket = new WebSocket(await trackerAt(cloudfront));
  await once(socket, "open");
  const closed = once(socket, "close");
  cloudfront.cutOff("tracker");
  cloudfront.cutOff("media");
  expect((await closed)[0]).toBe(1006);
  await expect(get(`${STREAM}/index.m3u8`)).rejects.toThrow(/hang up|ECONNRESET/);
  expect((await get("/")).status).toBe(200);
  cloudfront.restore("tracker");
  cloudfront.restore("media");
  expect((await get(`${STREAM}/index.m3u8`)).status).toBe(200);
});

test("a WebSocket on which nothing goes to the viewer is dropped, however much the viewer says", async () => {
  const silent = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(silent, "listening");
  onTestFinished(() => silent.close());
  const impatient = await startCloudFront({
    distribution: readDistribution(await readTemplate()),
    origins: {},
    webSocketOrigins: { tracker: `127.0.0.1:${(silent.address() as AddressInfo).port}` },
    host: "127.0.0.1",
    port: 0,
    webSocketIdleSeconds: 0.3,
  });
  onTestFinished(() => impatient.stop());
  const socket = new WebSocket(await trackerAt(impatient));
  await once(socket, "open");
  const chatter = setInterval(() => socket.send("hello"), 50);
  expect((await once(socket, "close"))[0]).toBe(1006);
  clearInterval(chatter);
});

test("an origin that fails is a 502, and is told of", async () => {
  const failures: string[] = [];
  const failing = await startCloudFront({
    distribution: readDistribution(await readTemplate()),
    origins: { pages: () => Promise.reject(new Error("broken")) },
    webSocketOrigins: {},
    host: "127.0.0.1",
    port: 0,
    onFailure: (sentence) => failures.push(sentence),
  });
  onTestFinished(() => failing.stop());
  expect((await fetch(`http://127.0.0.1:${failing.port}/embed`)).status).toBe(502);
  expect(failures).toEqual(["GET /embed failed: Error: broken"]);
});

test("a tracker that doesn't answer is a 502", async () => {
  const distribution = readDistribution(await readTemplate());
  const alone = await startCloudFront({
    distribution,
    origins: {},
    webSocketOrigins: { tracker: "127.0.0.1:1" },
    host: "127.0.0.1",
    port: 0,
  });
  onTestFinished(() => alone.stop());
  const socket = new WebSocket(await trackerAt(alone));
  socket.on("error", () => {});
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(502);
});
