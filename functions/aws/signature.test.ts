import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { Signer } from "./signature.ts";

const region = "eu-west-1";
const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/** The example of AWS's own test suite, `post-vanilla`. */
test("signs as AWS's test suite does", () => {
  const signer = new Signer({ ...credentials, sessionToken: undefined }, "us-east-1", "service");
  const signed = signer.sign({
    method: "POST",
    url: new URL("https://example.amazonaws.com/"),
    headers: {},
    body: "",
    date: new Date("2015-08-30T12:36:00Z"),
  });
  expect(signed["authorization"]).toBe(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  );
});

interface Request {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the SDK sends, as a server sees it. */
async function requestOf(call: (endpoint: string) => Promise<unknown>): Promise<Request> {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const seen = new Promise<Request>((resolve) => {
    server.on("request", async (request, response) => {
      let body = "";
      for await (const piece of request.setEncoding("utf8")) body += piece;
      response.end("{}");
      resolve({ url: request.url ?? "", headers: request.headers, body });
    });
  });
  const [request] = await Promise.all([
    seen,
    call(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  ]);
  return request;
}

/** Signs again what the SDK signed, and compares. */
function expectSameSignature({ url, headers, body }: Request, service: string): void {
  const authorization = headers.authorization ?? "";
  const [, names = ""] = /SignedHeaders=([^,]*)/.exec(authorization) ?? [];
  const ours = new Set(["host", "x-amz-date", "x-amz-security-token"]);
  const signed = names.split(";").filter((name) => !ours.has(name));
  const time = String(headers["x-amz-date"]).replace(
    /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/,
    "$1-$2-$3T$4:$5:$6Z",
  );
  const again = new Signer({ ...credentials, sessionToken: "a token" }, region, service).sign({
    method: "POST",
    url: new URL(url, `http://${headers.host}`),
    headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
    body,
    date: new Date(time),
  });
  expect(again["authorization"]).toBe(authorization);
}

const sdkCredentials = { ...credentials, sessionToken: "a token" };

test("signs a request to DynamoDB as the SDK does", async () => {
  const request = await requestOf((endpoint) =>
    new DynamoDBClient({ endpoint, region, credentials: sdkCredentials }).send(
      new GetItemCommand({ TableName: "Seats", Key: { ring: { S: "é" }, seat: { S: "x" } } }),
    ),
  );
  expectSameSignature(request, "dynamodb");
});

test("signs a message to a connection as the SDK does, with an id that must be escaped", async () => {
  const request = await requestOf((endpoint) =>
    new ApiGatewayManagementApiClient({
      endpoint: `${endpoint}/tracker`,
      region,
      credentials: sdkCredentials,
    }).send(new PostToConnectionCommand({ ConnectionId: "L0SM9cOFvHcCIhw=", Data: "text" })),
  );
  expect(request.url).toBe("/tracker/@connections/L0SM9cOFvHcCIhw%3D");
  expectSameSignature(request, "execute-api");
});

test("makes a new key for a new day", () => {
  const signer = new Signer({ ...credentials, sessionToken: undefined }, region, "dynamodb");
  const sign = (of: Signer, date: string) =>
    of.sign({ method: "POST", url: new URL("https://x/"), headers: {}, body: "", date: new Date(date) })[
      "authorization"
    ];
  sign(signer, "2026-11-20T23:59:59Z");
  const fresh = new Signer({ ...credentials, sessionToken: undefined }, region, "dynamodb");
  expect(sign(signer, "2026-11-21T00:00:00Z")).toBe(sign(fresh, "2026-11-21T00:00:00Z"));
});
