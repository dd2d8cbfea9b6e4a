import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ApiGatewayConnections } from "./connections-api-gateway.ts";
import { openDynamoDb } from "./dynamodb.ts";
import { ConditionFailed, endpointIn } from "./dynamodb-client.ts";
import { Throttled } from "./swarms.ts";

type Respond = (response: ServerResponse) => void;

let server: Server;
let environment: Record<string, string>;
/** What the server does to the next requests; the last goes on for all further ones. */
let responses: Respond[];
let requests: number;
let lastHeaders: IncomingHttpHeaders;

beforeEach(async () => {
  requests = 0;
  server = createServer((request, response) => {
    requests++;
    lastHeaders = request.headers;
    request.resume();
    const respond = responses.length > 1 ? responses.shift() : responses[0];
    respond?.(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
});

const status =
  (code: number, body = "{}"): Respond =>
  (response) =>
    response.writeHead(code).end(body);
const error = (name: string) =>
  status(400, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}` }));
const breakOff: Respond = (response) => response.destroy();
const breakOffHalfway: Respond = (response) => {
  response.writeHead(200, { "content-length": 100 }).write("{", () => response.destroy());
};
const hang: Respond = () => {};
const hangHalfway: Respond = (response) => {
  response.writeHead(200, { "content-length": 100 }).write("{");
};

describe("a call to DynamoDB", () => {
  const call = () => openDynamoDb(environment)("GetItem", { TableName: "Seats" });

  test("resolves to the result", async () => {
    responses = [status(200, '{"Item":{"a":{"S":"b"},"n":{"N":"1"},"t":{"BOOL":true}}}')];
    expect(await call()).toMatchObject({ Item: { a: { S: "b" }, n: { N: "1" }, t: { BOOL: true } } });
  });

  test("is signed for the service and the region, with the session's token", async () => {
    responses = [status(200)];
    environment["AWS_SESSION_TOKEN"] = "token";
    await call();
    expect(lastHeaders.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=a\/\d{8}\/us-east-1\/dynamodb\/aws4_request, SignedHeaders=(?:\S+;)?host;\S+, Signature=[0-9a-f]{64}$/,
    );
    expect(lastHeaders["x-amz-security-token"]).toBe("token");
    expect(lastHeaders.host).toBe(new URL(environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "").host);
  });

  test.each([
    ["throttled", error("ProvisionedThroughputExceededException")],
    ["out of order", status(500)],
    ["replaced by a gateway's page", status(502, "<html>")],
    ["breaking off", breakOff],
    ["breaking off halfway", breakOffHalfway],
  ])("is retried when it is %s", async (_, trouble) => {
    responses = [trouble, trouble, status(200)];
    expect(await call()).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    expect(requests).toBe(3);
  });

  test.each(["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"])(
    "that stays %s is throttled",
    async (name) => {
      responses = [error(name)];
      await expect(call()).rejects.toBeInstanceOf(Throttled);
      expect(requests).toBe(3);
    },
  );

  test("rejects at once if its condition fails", async () => {
    responses = [error("ConditionalCheckFailedException")];
    await expect(call()).rejects.toBeInstanceOf(ConditionFailed);
    expect(requests).toBe(1);
  });

  test("rejects at once with the reason if it is refused", async () => {
    responses = [error("AccessDeniedException")];
    await expect(call()).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(requests).toBe(1);
  });

  test("rejects at once if something else responds", async () => {
    responses = [status(404, "<html>")];
    await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    expect(requests).toBe(1);
  });

  test("opens a new connection for its second attempt, after a freeze in which the old ones died", async () => {
    const kept = new Set<unknown>();
    responses = [(response) => kept.add(response.socket) && status(200)(response)];
    const dynamoDb = openDynamoDb(environment);
    const ask = () => dynamoDb("GetItem", { TableName: "Seats" });
    await Promise.all([ask(), ask(), ask(), ask()]);
    expect(kept.size).toBe(4);
    responses = [(response) => (kept.has(response.socket) ? breakOff : status(200))(response)];
    requests = 0;
    expect(await ask()).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    expect(requests).toBe(2);
  });

  test.each([
    ["without an answer", hang],
    ["whose answer stops halfway", hangHalfway],
  ])("%s is given up after three attempts of 700 ms", async (_, trouble) => {
    responses = [trouble];
    const start = Date.now();
    await expect(call()).rejects.toThrow("dynamodb did not answer within 700 ms");
    expect(requests).toBe(3);
    expect(Date.now() - start).toBeLessThan(2500);
  });

  test("fails soon if nobody listens", async () => {
    server.closeAllConnections();
    server.close();
    const start = Date.now();
    await expect(call()).rejects.toThrow("ECONNREFUSED");
    expect(Date.now() - start).toBeLessThan(500);
  });
});

describe("a message to a connection", () => {
  const send = () =>
    new ApiGatewayConnections(`${environment["AWS_ENDPOINT_URL_DYNAMODB"]}/tracker`, environment).send(
      "id=",
      {
        action: "announce",
        "failure reason": "none",
      },
    );

  test.each([
    [200, "sent"],
    [410, "gone"],
    [429, "shed"],
  ])("with status %i is %s", async (code, delivery) => {
    responses = [status(code)];
    expect(await send()).toBe(delivery);
    expect(requests).toBe(code === 429 ? 2 : 1);
  });

  test("that is refused is an error", async () => {
    responses = [status(403)];
    await expect(send()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(requests).toBe(1);
  });
});

describe("closing a connection", () => {
  const close = () =>
    new ApiGatewayConnections(environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "", environment).disconnect("a=");

  test.each([204, 410])("works when the service answers %i", async (code) => {
    responses = [(response) => response.writeHead(code).end()];
    await close();
    expect(requests).toBe(1);
  });

  test("that is refused is an error", async () => {
    responses = [status(403)];
    await expect(close()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });
});

test.each(["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])(
  "without %s, the error names it",
  (name) => {
    expect(() => openDynamoDb({ ...environment, [name]: "" })).toThrow(
      `the environment variable ${name} is not set`,
    );
  },
);

test("DynamoDB is called in the function's region, unless another endpoint is given", () => {
  expect(endpointIn({ AWS_REGION: "eu-west-1" })).toBe("https://dynamodb.eu-west-1.amazonaws.com");
  const given = { AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8000" };
  expect(endpointIn(given)).toBe("http://127.0.0.1:8000");
});

test("an https endpoint is called over TLS, and nothing is sent to one that doesn't speak it", async () => {
  responses = [status(200)];
  const endpoint = environment["AWS_ENDPOINT_URL_DYNAMODB"]?.replace("http:", "https:");
  const call = openDynamoDb({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: endpoint });
  await expect(call("GetItem", { TableName: "Seats" })).rejects.toThrow();
  expect(requests).toBe(0);
});
