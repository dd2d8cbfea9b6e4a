/**
 * The bundles that `sam build` left are the code that would run: each loads, and the site's serves the built pages.
 * SHOAL_BUNDLES names their folder, and makes the functions' settings point into it.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Lambda } from "../../local/lambda.ts";
import { SigningKey } from "../../local/shoal/signing-key.ts";
import { readFunction } from "../../local/template/functions.ts";
import { readTemplate } from "../../local/template.ts";

const folder = process.env["SHOAL_BUNDLES"] ?? "";
// A function may read a secret as it loads, so each is one that could be.
const template = await readTemplate({
  attributes: new SigningKey("00112233445566778899aabbccddeeff", 1).attributes,
});
const functions = template
  .resourcesOf("AWS::Serverless::Function")
  .map(({ id }) => readFunction(template, id));

/** Lambda's own variables. */
const CREDENTIALS = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

test("every function of the template is built, and nothing else", () => {
  const built = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.deepEqual(built.map(({ name }) => name).sort(), functions.map(({ id }) => id).sort());
});

for (const { id, file, handler, environment } of functions) {
  test(`${id} loads and exports its handler`, async () => {
    Object.assign(process.env, CREDENTIALS, { AWS_LAMBDA_FUNCTION_NAME: id }, environment);
    const bundle = await import(file.href);
    assert.equal(typeof bundle[handler], "function");
  });
}

for (const file of ["TrackerFunction/handler.mjs", "TrackerAuthorizerFunction/authorizer.mjs"]) {
  test(`${file} holds neither the chain of credential providers, nor the SDK's own HTTP sender, nor endpoint discovery`, () => {
    const code = readFileSync(join(folder, file), "utf8");
    assert.doesNotMatch(
      code,
      /AWS_CONTAINER_CREDENTIALS|AWS_WEB_IDENTITY_TOKEN_FILE|socket usage at capacity/,
    );
    assert.doesNotMatch(code, /AWS_ENABLE_ENDPOINT_DISCOVERY/);
  });
}

test("the site's bundle carries the pages, and says where the stream is", async () => {
  const lambda = new Lambda({ functions });
  try {
    const page = (await lambda.invoke("SiteFunction", get("/index.html"))) as Answer;
    assert.equal(page.statusCode, 200);
    assert.match(page.headers["content-type"] ?? "", /text\/html/);
    const config = (await lambda.invoke("SiteFunction", get("/config.json"))) as Answer;
    assert.equal(JSON.parse(textOf(config)).hls, "/out/v1/shoal/live/cmaf/index.m3u8");
  } finally {
    await lambda.stop();
  }
});

test("the signer's bundle refuses what isn't a segment's number", async () => {
  const lambda = new Lambda({ functions, environment: CREDENTIALS });
  try {
    const answer = (await lambda.invoke("SignerFunction", get("/signatures/somewhere/1"))) as Answer;
    assert.equal(answer.statusCode, 404);
  } finally {
    await lambda.stop();
  }
});

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

function get(path: string): object {
  return {
    rawPath: path,
    rawQueryString: "",
    headers: {},
    requestContext: { http: { method: "GET", path } },
  };
}

function textOf({ body, isBase64Encoded }: Answer): string {
  return isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
}
