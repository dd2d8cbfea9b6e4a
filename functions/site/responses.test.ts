import type { LambdaFunctionURLEvent } from "aws-lambda";
import { expect, test } from "vitest";
import configEvent from "../../events/site/config.json" with { type: "json" };
import entryPageEvent from "../../events/site/entry-page.json" with { type: "json" };
import missingPageEvent from "../../events/site/missing-page.json" with { type: "json" };
import { CONFIG_PATH, type Config } from "./config.ts";
import { pagesFrom } from "./pages.ts";
import { respond, respondWithConfig } from "./responses.ts";

const PAGES = pagesFrom(
  new Map(
    Object.entries({
      "/index.html": "<h1>shoal</h1>",
      "/embed.html": "<h1>embed</h1>",
      "/assets/player-abc.js": "play()",
      "/assets/player-abc.js.br": "small",
      "/assets/logo-abc.png": "\x89PNG",
      "/assets/model.bin": "\x00",
    }).map(([path, text]) => [path, Buffer.from(text, "latin1")]),
  ),
);

function get(rawPath: string, headers: Record<string, string> = {}) {
  return respond({ rawPath, headers } as LambdaFunctionURLEvent, PAGES);
}

test.each([
  ["entry page", entryPageEvent, 200],
  ["page that isn't there", missingPageEvent, 404],
])("CloudFront's request for the %s", (_what, event, statusCode) => {
  expect(respond(event, PAGES).statusCode).toBe(statusCode);
});

test("the entry page is served at /, /index.html and /index, and browsers ask for it each time", () => {
  for (const path of ["/", "/index.html", "/index"]) {
    expect(get(path)).toMatchObject({
      statusCode: 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "public, max-age=0, s-maxage=60",
      },
      body: "<h1>shoal</h1>",
    });
  }
});

test("another page may be requested without its .html", () => {
  expect(get("/embed").body).toBe("<h1>embed</h1>");
});

test("a hashed asset may be kept for ever", () => {
  expect(get("/assets/player-abc.js").headers).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
  });
});

test("the compressed version from the build goes to clients that accept it", () => {
  const small = get("/assets/player-abc.js", { "accept-encoding": "br,gzip" });
  expect(small.headers).toMatchObject({
    "content-encoding": "br",
    "content-type": "text/javascript; charset=utf-8",
  });
  expect(Buffer.from(small.body ?? "", "base64").toString()).toBe("small");
  expect(get("/assets/player-abc.js", { "accept-encoding": "gzip" }).body).toBe("play()");
});

test("the compressed file has no address of its own", () => {
  expect(get("/assets/player-abc.js.br").statusCode).toBe(404);
});

test("binary files arrive unchanged", () => {
  const logo = get("/assets/logo-abc.png");
  expect(logo.isBase64Encoded).toBe(true);
  expect(Buffer.from(logo.body ?? "", "base64").toString("latin1")).toBe("\x89PNG");
});

test("a file of an unknown type is sent as application/octet-stream", () => {
  expect(get("/assets/model.bin").headers).toMatchObject({ "content-type": "application/octet-stream" });
});

test("a client that has the page already gets 304, also for its weak tag", () => {
  const etag = String(get("/").headers?.["etag"]);
  expect(get("/", { "if-none-match": etag })).toMatchObject({ statusCode: 304 });
  expect(get("/", { "if-none-match": `"other", W/${etag}` })).toMatchObject({ statusCode: 304 });
  expect(get("/", { "if-none-match": '"other"' })).toMatchObject({ statusCode: 200 });
});

test("the configuration is kept for a minute, at the path that CloudFront asks for", () => {
  expect(configEvent.rawPath).toBe(CONFIG_PATH);
  expect(respondWithConfig({ channel: "shoal" } as Config)).toMatchObject({
    statusCode: 200,
    headers: { "content-type": "application/json", "cache-control": "public, max-age=0, s-maxage=60" },
    body: '{"channel":"shoal"}',
  });
});

test.each(["/nothing", "/assets/", "/%", "/../handler.ts", "/%2e%2e/handler.ts", "/index.html/"])(
  "%s is not found",
  (path) => {
    expect(get(path).statusCode).toBe(404);
  },
);
