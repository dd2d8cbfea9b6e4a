import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { CloudFormationCustomResourceResponse } from "aws-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { respond } from "./respond.ts";

const ANSWER: CloudFormationCustomResourceResponse = {
  Status: "SUCCESS",
  PhysicalResourceId: "p",
  StackId: "s",
  RequestId: "r",
  LogicalResourceId: "l",
};

let status: number;
let received: { request: IncomingMessage; body: string }[];
let server: Server;
let url: string;

beforeEach(async () => {
  status = 200;
  received = [];
  server = createServer(async (request, response) => {
    received.push({ request, body: await text(request) });
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/box?X-Amz-Signature=abc`;
});

afterEach(() => {
  server.close();
});

test("the answer is put, whole, at the URL that CloudFormation signed", async () => {
  await respond(url, ANSWER);
  expect(received).toHaveLength(1);
  expect(received[0]?.request).toMatchObject({ method: "PUT", url: "/box?X-Amz-Signature=abc" });
  expect(JSON.parse(received[0]?.body ?? "")).toEqual(ANSWER);
});

test("its content type is empty and its length is said, as the signature and S3 want it", async () => {
  await respond(url, ANSWER);
  expect(received[0]?.request.headers["content-type"] ?? "").toBe("");
  expect(Number(received[0]?.request.headers["content-length"])).toBe(JSON.stringify(ANSWER).length);
});

test("a refusal is an error, so that it is tried again", async () => {
  status = 503;
  await expect(respond(url, ANSWER)).rejects.toThrow("503");
});
