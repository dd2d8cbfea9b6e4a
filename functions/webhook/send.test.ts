import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { sendWithin } from "./send.ts";

const LAPTOP = { isPrivateAllowed: true };
const HEADERS = { "content-type": "application/json" };

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`;
}

test("a message arrives, and the answer's status is told", async () => {
  const got: unknown[] = [];
  const address = await receiver(async (request, response) => {
    got.push([request.method, request.url, request.headers["content-type"], await text(request)]);
    response.writeHead(202).end("thanks");
  });
  expect(await sendWithin(LAPTOP)({ address, headers: HEADERS, body: '{"a":"ü"}' })).toEqual({ status: 202 });
  expect(got).toEqual([["POST", "/hook?key=1", "application/json", '{"a":"ü"}']]);
});

test("a redirect isn't followed", async () => {
  let visits = 0;
  const address = await receiver((_, response) => {
    visits += 1;
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  expect(await sendWithin(LAPTOP)({ address, headers: {}, body: "" })).toEqual({ status: 307 });
  expect(visits).toBe(1);
});

test("a receiver that doesn't answer, or isn't there, is told of in words", async () => {
  const slow = await receiver(() => {});
  const send = sendWithin(LAPTOP, 50);
  expect(await send({ address: slow, headers: {}, body: "" })).toEqual({
    error: "It didn't answer in time.",
  });
  const [gone] = [`http://127.0.0.1:1/`];
  expect(await send({ address: gone, headers: {}, body: "" })).toEqual({
    error: "It can't be reached (ECONNREFUSED).",
  });
  expect(await send({ address: "nonsense", headers: {}, body: "" })).toMatchObject({
    error: expect.stringContaining("can't be reached"),
  });
  const broken = await receiver((request) => request.socket.end("nonsense"));
  expect(await sendWithin(LAPTOP)({ address: broken, headers: {}, body: "" })).toMatchObject({
    error: expect.stringContaining("can't be reached"),
  });
  expect(await send({ address: slow, headers: { "a b": "" }, body: "" })).toMatchObject({
    error: expect.stringContaining("can't be reached"),
  });
});

test("what fails without a code is told of as well", async () => {
  const headers = Object.defineProperty({}, "odd", {
    enumerable: true,
    get: () => {
      throw new Error("odd");
    },
  });
  expect(await sendWithin(LAPTOP)({ address: "http://127.0.0.1:1/", headers, body: "" })).toEqual({
    error: "It can't be reached.",
  });
});

test("in the cloud no private address is reached, by number or by name", async () => {
  const address = await receiver((_, response) => response.end());
  const send = sendWithin({ isPrivateAllowed: false });
  expect(await send({ address, headers: {}, body: "" })).toEqual({
    error: "127.0.0.1 isn't a public address.",
  });
  const byName = address.replace("127.0.0.1", "localhost");
  expect(await send({ address: byName, headers: {}, body: "" })).toEqual({
    error: "localhost isn't at a public address.",
  });
  const secure = byName.replace("http:", "https:");
  expect(await send({ address: secure, headers: {}, body: "" })).toMatchObject({
    error: expect.stringContaining("public"),
  });
});
