// The bundles that `sam build` left are the code that would run: each loads, and the site's serves the built pages.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { readFunction } from "../../local/template/functions.ts";
import { readTemplate } from "../../local/template.ts";

const BUILT = new URL("../../.aws-sam/build/", import.meta.url);

const template = await readTemplate();
const functions = template
  .resourcesOf("AWS::Serverless::Function")
  .map(({ id }) => readFunction(template, id));

for (const { id, file, handler, environment } of functions) {
  test(`${id} loads and exports its handler`, async () => {
    Object.assign(process.env, environment);
    const bundle = await import(bundleOf(id, file).href);
    assert.equal(typeof bundle[handler], "function");
  });
}

test("every function of the template is built, and nothing else", () => {
  const folders = readdirSync(BUILT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(folders.map(({ name }) => name).sort(), functions.map(({ id }) => id).sort());
});

test("the site's bundle carries the pages and serves them", async () => {
  const site = functions.find(({ id }) => id === "SiteFunction");
  assert.ok(site);
  const bundle = bundleOf(site.id, site.file);
  assert.ok(existsSync(new URL("pages/index.html", bundle)));
  Object.assign(process.env, site.environment);
  const { handler } = await import(bundle.href);
  const page = await handler(get("/index.html"));
  assert.equal(page.statusCode, 200);
  assert.match(page.headers["content-type"], /text\/html/);
  const config = await handler(get("/config.json"));
  assert.equal(JSON.parse(textOf(config)).tracker, "/tracker");
});

function bundleOf(id: string, source: URL): URL {
  const name = source.pathname.replace(/^.*\//, "").replace(/\.ts$/, ".mjs");
  return new URL(`${id}/${name}`, BUILT);
}

function get(rawPath: string): object {
  return {
    rawPath,
    rawQueryString: "",
    headers: {},
    requestContext: { http: { method: "GET", path: rawPath } },
  };
}

function textOf({ body, isBase64Encoded }: { body: string; isBase64Encoded?: boolean }): string {
  return isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
}
