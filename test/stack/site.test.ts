import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleSite } from "../../build/site.ts";
import { functionOrigin } from "../../local/cloudfront/function-origin.ts";
import { type CloudFront, startCloudFront } from "../../local/cloudfront.ts";
import { Lambda } from "../../local/lambda.ts";
import { readDistribution } from "../../local/template/distribution.ts";
import { readFunction } from "../../local/template/functions.ts";
import { readTemplate } from "../../local/template.ts";

let folder: string;
let lambda: Lambda;
let cloudfront: CloudFront;

/** The bundle that `sam build` makes, in its function, behind the distribution of the template. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-site-"));
  await bundleSite(folder);
  const template = await readTemplate();
  const settings = readFunction(template, "SiteFunction");
  const file = pathToFileURL(join(folder, "handler.mjs"));
  lambda = new Lambda({ functions: [{ ...settings, file }] });
  cloudfront = await startCloudFront({
    distribution: readDistribution(template),
    origins: { pages: functionOrigin(lambda, "SiteFunction") },
    webSocketOrigins: {},
    host: "127.0.0.1",
    port: 0,
  });
});

afterAll(async () => {
  await Promise.all([cloudfront.stop(), lambda.stop()]);
  await rm(folder, { recursive: true });
});

const get = (path: string) =>
  fetch(new URL(path, `http://127.0.0.1:${cloudfront.port}/`), { headers: { "accept-encoding": "br" } });

/** What the entry page loads. */
async function assets(): Promise<string[]> {
  const html = await (await get("/")).text();
  return [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
}

test("the entry page is asked for again each time, and kept by CloudFront for a minute", async () => {
  const { status, headers } = await get("/");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(headers.get("cache-control")).toBe("public, max-age=0, s-maxage=60");
});

test("what the entry page loads is there, and may be kept for ever", async () => {
  const paths = await assets();
  expect(paths.length).toBeGreaterThan(2);
  for (const path of paths) {
    const { status, headers } = await get(path);
    expect([path, status]).toEqual([path, 200]);
    expect(headers.get("cache-control")).toContain("immutable");
    if (path.endsWith(".js")) expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  }
});

test("scripts that are worth it were compressed with Brotli when they were built", async () => {
  const scripts = (await assets()).filter((path) => path.endsWith(".js"));
  const answers = await Promise.all(scripts.map(async (path) => ({ path, response: await get(path) })));
  for (const { path, response } of answers) {
    const isWorthIt = (await response.arrayBuffer()).byteLength >= 1000;
    expect([path, response.headers.get("content-encoding")]).toEqual([path, isWorthIt ? "br" : null]);
  }
  expect(answers.some(({ response }) => response.headers.get("content-encoding") === "br")).toBe(true);
});

test("the pages run nothing that isn't theirs, and are framed only by those who may", async () => {
  const policy = (await get("/")).headers.get("content-security-policy");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain("unsafe-eval");
  expect(policy).toContain("frame-ancestors 'self'");
});

test("the configuration says where the stream and the tracker are", async () => {
  expect(await (await get("/config.json")).json()).toMatchObject({
    channel: "shoal",
    hls: "/out/v1/shoal/live/cmaf/index.m3u8",
    tracker: "/tracker",
    sharing: { mode: "on", ramp: 1 },
  });
});

test("what isn't a page is 404, and forgotten within a second", async () => {
  const { status, headers } = await get("/assets/gone-ABCDEFGH.js");
  expect([status, headers.get("cache-control")]).toEqual([404, "max-age=1"]);
});
