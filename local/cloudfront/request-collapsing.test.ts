import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Origin, OriginRequest } from "./origin.ts";
import { RequestCollapsing } from "./request-collapsing.ts";

const REQUEST: OriginRequest = {
  method: "GET",
  path: "/signatures/1",
  query: "",
  headers: {},
  viewerAddress: "127.0.0.1",
};

function counting() {
  const asked: OriginRequest[] = [];
  const origin: Origin = async (request) => {
    asked.push(request);
    await turn();
    if (request.path === "/broken") throw new Error("no answer");
    return { statusCode: 200, headers: {}, body: Buffer.from(`${asked.length}`) };
  };
  const collapsing = new RequestCollapsing();
  return { asked, ask: (request: OriginRequest, id = "signer") => collapsing.ask(origin, id, request) };
}

test("the same request from several viewers at a time reaches the origin once", async () => {
  const { asked, ask } = counting();
  const answers = await Promise.all([ask(REQUEST), ask({ ...REQUEST, viewerAddress: "127.0.0.2" })]);
  expect(asked).toHaveLength(1);
  expect(answers[0]).toBe(answers[1]);
});

test("what differs in method, path, query, encoding or origin doesn't wait for each other", async () => {
  const { asked, ask } = counting();
  await Promise.all([
    ask(REQUEST),
    ask({ ...REQUEST, method: "HEAD" }),
    ask({ ...REQUEST, path: "/signatures/2" }),
    ask({ ...REQUEST, query: "start=1" }),
    ask({ ...REQUEST, headers: { "Accept-Encoding": "br" } }),
    ask(REQUEST, "media"),
  ]);
  expect(asked).toHaveLength(6);
});

test("a later request asks again, also after a failure", async () => {
  const { asked, ask } = counting();
  await ask(REQUEST);
  await ask(REQUEST);
  const broken = { ...REQUEST, path: "/broken" };
  await expect(ask(broken)).rejects.toThrow("no answer");
  await expect(ask(broken)).rejects.toThrow("no answer");
  expect(asked).toHaveLength(4);
});
