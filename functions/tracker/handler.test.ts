import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import announce from "../../events/tracker/announce.json" with { type: "json" };
import answer from "../../events/tracker/answer.json" with { type: "json" };
import authorizer from "../../events/tracker/authorizer.json" with { type: "json" };
import noAction from "../../events/tracker/default.json" with { type: "json" };
import disconnect from "../../events/tracker/disconnect.json" with { type: "json" };
import scrape from "../../events/tracker/scrape.json" with { type: "json" };
import stopped from "../../events/tracker/stopped.json" with { type: "json" };
import { type DynamoDb, startDynamoDb } from "../../local/dynamodb.ts";
import { readTables } from "../../local/template/tables.ts";
import { readTemplate } from "../../local/template.ts";
import type { Heard } from "../../test/doubles/strict-client.ts";
import type { TrackerEvent } from "./event.ts";

let dynamoDb: DynamoDb;
let connections: Server;
let variables: Record<string, string>;
/** What was posted to connections since the test began: the path, and the message. */
let posted: { path: string; message: Heard }[] = [];
let handle: (event: unknown) => Promise<Heard | undefined>;
let authorize: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  const tables = readTables(await readTemplate());
  dynamoDb = await startDynamoDb(tables);
  connections = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    posted.push({ path: decodeURIComponent(request.url ?? ""), message: JSON.parse(body) });
    response.end();
  });
  await new Promise<void>((resolve) => connections.listen(0, "127.0.0.1", resolve));
  variables = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `http://127.0.0.1:${(connections.address() as AddressInfo).port}/tracker`,
    SEATS_TABLE: "SeatsTable",
    SHARING_REACH: "world",
    ORIGIN_SECRETS: "what-cloudfront-adds,",
    ADDRESS_SALT: "salt",
    PAGE_ORIGINS: "https://d111111abcdef8.cloudfront.net,",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const tracker = await import("./handler.ts");
  handle = async (event) => {
    const { statusCode, body } = await tracker.handler(event as TrackerEvent);
    expect(statusCode).toBe(200);
    return body === undefined ? undefined : JSON.parse(body);
  };
  const gate = await import("./authorizer.ts");
  authorize = (event) => gate.handler(event as APIGatewayRequestAuthorizerEvent);
});
beforeEach(() => {
  posted = [];
});
afterAll(async () => {
  vi.unstubAllEnvs();
  connections.closeAllConnections();
  connections.close();
  await dynamoDb.stop();
});

/** The same event from another viewer, on a connection of its own. */
function from<Event extends typeof announce | typeof disconnect>(event: Event, viewer: string): Event {
  const copy = structuredClone(event);
  copy.requestContext.connectionId = `${viewer}=`;
  if ("body" in copy) {
    copy.body = JSON.stringify({ ...JSON.parse(copy.body), peer_id: viewer.padEnd(20) });
  }
  return copy;
}

const sizeOf = async () => Object.values((await handle(scrape))?.files ?? {})[0]?.incomplete;

test("a reply without offers goes back as the route's response, without a call to @connections", async () => {
  expect(await handle(announce)).toMatchObject({ action: "announce", incomplete: 1 });
  expect(posted).toEqual([]);
  await handle(disconnect);
});

test("a reply with offers is posted first, so that it arrives before them", async () => {
  await handle(from(announce, "bob"));
  expect(await handle(announce)).toBeUndefined();
  expect(posted.map(({ path }) => path)).toEqual([
    "/tracker/@connections/L0SM9cOFvHcCIhw=",
    "/tracker/@connections/bob=",
  ]);
  expect(posted.map(({ message }) => Object.keys(message))).toMatchObject([
    expect.arrayContaining(["interval", "complete"]),
    expect.arrayContaining(["offer", "offer_id", "peer_id"]),
  ]);
  await handle(from(disconnect, "bob"));
  await handle(disconnect);
});

test("an answer is posted to its receiver", async () => {
  const to = from(announce, "x");
  to.body = JSON.stringify({ ...JSON.parse(to.body), peer_id: JSON.parse(answer.body).to_peer_id });
  await handle(to);
  expect(await handle(answer)).toBeUndefined();
  expect(posted).toMatchObject([
    { path: "/tracker/@connections/x=", message: { answer: { type: "answer" } } },
  ]);
  await handle(from(disconnect, "x"));
});

test("`stopped` leaves the swarm, as a scrape shows", async () => {
  await handle(announce);
  expect(await sizeOf()).toBe(1);
  expect(await handle(stopped)).toMatchObject({ action: "announce", incomplete: 0 });
  expect(await sizeOf()).toBe(0);
});

test("a closed connection leaves all its seats", async () => {
  await handle(announce);
  expect(await handle(disconnect)).toBeUndefined();
  expect(await sizeOf()).toBe(0);
});

test("a message without an action is refused with one", async () => {
  expect(await handle(noAction)).toEqual({ action: "announce", "failure reason": expect.any(String) });
});

test("without the authorizer's context a viewer is alone behind its address, and served all the same", async () => {
  const { authorizer: _, ...requestContext } = announce.requestContext;
  expect(await handle({ ...announce, requestContext })).toMatchObject({ incomplete: 1 });
  const { authorizer: __, ...closing } = disconnect.requestContext;
  await handle({ ...disconnect, requestContext: closing });
  expect(await sizeOf()).toBe(0);
});

test.each(["ORIGIN_SECRETS", "PAGE_ORIGINS", "ADDRESS_SALT"])(
  "an authorizer without %s admits nobody",
  async (name) => {
    vi.resetModules();
    vi.stubEnv(name, "");
    onTestFinished(() => void vi.stubEnv(name, variables[name]));
    await expect(import("./authorizer.ts")).rejects.toThrow(`${name} is not set`);
  },
);

test("the authorizer admits this deployment's pages through CloudFront, and tells their locality", async () => {
  expect(await authorize(authorizer)).toEqual({
    principalId: "viewer",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: authorizer.methodArn }],
    },
    context: { lan: expect.stringMatching(/^[\w-]{12}$/), net: "DE-3320", viewer: "k3Jd9sPq1L" },
  });
});

test("the authorizer tells no viewer where CloudFront names none", async () => {
  const { "x-shoal-viewer": _, ...headers } = authorizer.headers;
  expect(await authorize({ ...authorizer, headers })).toMatchObject({ context: { net: "DE-3320" } });
  expect(await authorize({ ...authorizer, headers })).not.toHaveProperty("context.viewer");
});

test.each([
  ["without CloudFront's secret", { "x-shoal-origin": "guess" }],
  ["from another site's page", { Origin: "https://elsewhere.example" }],
])("the authorizer denies a request %s, and logs why without an address", async (_, headers) => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const answer = await authorize({ ...authorizer, headers: { ...authorizer.headers, ...headers } });
  expect(answer).toMatchObject({ policyDocument: { Statement: [{ Effect: "Deny" }] } });
  const logged = warn.mock.calls.flat().join();
  expect(logged).toContain("a connection was refused");
  expect(logged).not.toMatch(/203\.0\.113|130\.176|guess/);
  warn.mockRestore();
});

test("the authorizer denies an event without headers", async () => {
  const { headers: _, ...bare } = authorizer;
  const { connectionId: __, ...requestContext } = authorizer.requestContext;
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const answer = await authorize({ ...bare, requestContext });
  expect(answer).toMatchObject({ policyDocument: { Statement: [{ Effect: "Deny" }] } });
  warn.mockRestore();
});

describe("the authorizer counts the connections of each network", () => {
  /** Whether each of so many viewers of one network is let in, by an authorizer that has just started. */
  async function knock(times: number, seatsTable = variables["SEATS_TABLE"]): Promise<boolean[]> {
    vi.resetModules();
    vi.stubEnv("SEATS_TABLE", seatsTable);
    onTestFinished(() => void vi.stubEnv("SEATS_TABLE", variables["SEATS_TABLE"]));
    const gate = await import("./authorizer.ts");
    const address = `198.51.100.7:${times}`;
    const answers: boolean[] = [];
    for (let time = 0; time < times; time++) {
      const place = { "CloudFront-Viewer-Address": address, "x-shoal-viewer": `viewer${time}` };
      const answer = await gate.handler({
        ...authorizer,
        headers: { ...authorizer.headers, ...place },
      } as unknown as APIGatewayRequestAuthorizerEvent);
      answers.push(answer.policyDocument.Statement[0]?.Effect === "Allow");
    }
    return answers;
  }

  test("and turns away who comes after the thousandth, with a word in the log and a figure", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const answers = await knock(1010);
    expect(answers.filter(Boolean).length).toBeGreaterThanOrEqual(990);
    expect(answers.lastIndexOf(true)).toBeLessThan(1000);
    expect(warn.mock.calls.at(-1)?.join()).toContain("too many connections from its network");
    expect(stdout.mock.calls.join()).toContain('"ConnectsRefused":1');
    vi.restoreAllMocks();
  });

  test("and lets everyone in while the counts can't be had", async () => {
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(await knock(20, "no such table")).not.toContain(false);
    expect(stderr.mock.calls).toHaveLength(2);
    expect(stderr.mock.calls.join()).toContain("a limit couldn't be looked up");
    vi.restoreAllMocks();
  });

  test("or doesn't, where it has no table", async () => {
    expect(await knock(1200, "")).not.toContain(false);
  });
});
