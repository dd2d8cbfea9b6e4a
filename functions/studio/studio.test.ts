import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import signIn from "../../events/studio/sign-in.json" with { type: "json" };
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { keptReport, moment } from "../../test/doubles/reports.ts";
import { studioServices } from "../../test/doubles/studio-services.ts";
import { keepReport } from "../insights/store.ts";
import { makeLink } from "../record/access.ts";
import { openTable, putItem, type Table } from "../record/dynamodb.ts";
import { keysIn, linkKeyIn, sessionCookie, sessionIdIn } from "./cookie.ts";
import { Refusal, readRequest } from "./request.ts";
import type { StudioAnswer } from "./route.ts";
import { answer } from "./studio.ts";

const KEYS = keysIn("the key that signs,");
const DETAILS = {
  title: "A concert",
  description: "",
  startsAt: null,
  poster: null,
  logo: null,
  colours: { accent: null, background: null },
  showsViewers: false,
  address: "https://live.example.com/",
};
const PNG = "iVBORw0KGgoAAAANSUhEUgAABQAAAALQ";

let tables: LocalTables;
let table: Table;
let now: number;

beforeAll(async () => {
  tables = await startTables();
  table = tables.channelTable;
});
afterAll(() => tables.stop());
beforeEach(() => {
  now = 1_800_000_000;
});

const services = { now: () => now };

interface Asked {
  readonly body?: unknown;
  readonly cookie?: string | undefined;
  readonly keys?: typeof KEYS;
}

const ask = (method: string, path: string, { body, cookie, keys = KEYS }: Asked = {}) =>
  answer(
    { method, path, cookies: cookie ? [cookie] : [], device: "a browser", origin: "", body },
    studioServices({ ...services, table, insights: tables.insightsTable, keys }),
  );

/** The cookie as the browser sends it back. */
const sent = ({ cookie = "" }: StudioAnswer) => cookie.split(";")[0];

async function enter(role: "owner" | "producer" = "owner"): Promise<string | undefined> {
  const token = await makeLink(table, "a link key", role, now);
  return sent(await ask("POST", "session", { body: { token } }));
}

describe("a link", () => {
  test("lets in once, and gives a cookie that no script, other site or line without TLS gets", async () => {
    const token = await makeLink(table, "a link key", "owner", now);
    const entered = await ask("POST", "session", { body: { token } });
    expect(entered).toMatchObject({ status: 201, body: { role: "owner", expiresAt: now + 43_200 } });
    expect(entered.cookie).toMatch(
      /^__Secure-studio=[\w.-]+; Max-Age=43200; Path=\/studio; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(await ask("GET", "session", { cookie: sent(entered) })).toMatchObject({ status: 200 });
    expect(await ask("POST", "session", { body: { token } })).toMatchObject({ status: 401 });
  });
  test("lets one in of many who bring it at the same moment", async () => {
    const token = await makeLink(table, "a link key", "owner", now);
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => ask("POST", "session", { body: { token } })),
    );
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(1);
  });
  test("is good for ten minutes", async () => {
    const [early, late] = [
      await makeLink(table, "a link key", "owner", now),
      await makeLink(table, "a link key", "owner", now),
    ];
    now += 599;
    expect(await ask("POST", "session", { body: { token: early } })).toMatchObject({ status: 201 });
    now += 1;
    expect(await ask("POST", "session", { body: { token: late } })).toMatchObject({ status: 401 });
  });
  test("isn't in the table as it is", async () => {
    const token = await makeLink(table, "a link key", "owner", now);
    expect(await ask("POST", "session", { body: { token: `${token}x` } })).toMatchObject({
      status: 401,
      body: { error: expect.stringContaining("Ask for another") },
    });
  });
});

describe("nothing is reachable", () => {
  const paths = [
    "GET session",
    "GET live",
    "POST start",
    "POST stop",
    "POST keep-running",
    "POST key",
    "GET rehearsal",
    "POST rehearsal",
    "GET schedule",
    "PUT schedule",
    "GET event",
    "PUT event",
    "POST pictures",
    "GET sessions",
    "POST links",
    "DELETE session",
    "DELETE sessions/x",
  ];
  const refused = async (cookie: string | undefined, keys = KEYS) => {
    for (const each of paths) {
      const [method = "", path = ""] = each.split(" ");
      const { status } = await ask(method, path, { cookie, keys, body: DETAILS });
      expect([each, status]).toEqual([each, 401]);
    }
  };
  const signed = (claims: object, key = KEYS[0] ?? new Uint8Array()) =>
    new SignJWT({ sid: "x", ...claims }).setProtectedHeader({ alg: "HS256" }).sign(key);

  test("without a cookie, or with somebody else's", async () => {
    await refused(undefined);
    await refused("other=1");
    await refused("__Secure-studio=nonsense");
  });
  test("with a cookie that another key signed, or none", async () => {
    const session = await enter();
    await refused(session, keysIn("another key"));
    const [, claims] = session?.split(".") ?? [];
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    await refused(`__Secure-studio=${none}.${claims}.`);
  });
  test("with one of another kind, without an end, or without a session", async () => {
    const open = { kind: { S: "session" }, id: { S: "x" }, role: { S: "owner" } };
    await putItem(table, { ...open, expiresAt: { N: String(now + 60) } });
    const good = `__Secure-studio=${await signed({ aud: "studio", exp: now + 9 })}`;
    expect(await ask("GET", "session", { cookie: good })).toMatchObject({ status: 200 });
    now += 1;
    await refused(`__Secure-studio=${await signed({ aud: "another", exp: now + 9 })}`);
    await refused(`__Secure-studio=${await signed({ aud: "studio" })}`);
    await refused(`__Secure-studio=${await signed({ aud: "studio", exp: now + 9, sid: 7 })}`);
    await refused(`__Secure-studio=${await signed({ aud: "studio", exp: now + 9, sid: "y" })}`);
    await refused(`__Secure-studio=${await signed({ aud: "studio", exp: now - 1 })}`);
  });
  test("when the session has lapsed, also if the cookie hadn't", async () => {
    const cookie = await enter();
    now += 43_200;
    await refused(cookie);
    const forged = { id: "old", role: "owner", device: "", startedAt: 0, expiresAt: now + 9 } as const;
    await putItem(table, { kind: { S: "session" }, id: { S: "old" }, expiresAt: { N: String(now - 1) } });
    await refused(sent({ status: 0, cookie: await sessionCookie(forged, KEYS, now) }));
  });
  test("after signing out", async () => {
    const cookie = await enter();
    const out = await ask("DELETE", "session", { cookie });
    expect(out).toMatchObject({
      status: 204,
      cookie: expect.stringMatching(/^__Secure-studio=; Max-Age=0; /),
    });
    await refused(cookie);
  });
});

test("a key's turn leaves the sessions of the one before", async () => {
  const cookie = await enter();
  expect(await ask("GET", "session", { cookie, keys: keysIn("a new key,the key that signs") })).toMatchObject(
    {
      status: 200,
    },
  );
});

describe("signed in", () => {
  test("a producer edits the event, with pictures", async () => {
    const cookie = await enter("producer");
    expect(await ask("GET", "event", { cookie })).toEqual({ status: 200, body: null });
    const { body: poster } = await ask("POST", "pictures", { cookie, body: { base64: PNG } });
    expect(poster).toEqual({ name: expect.stringMatching(/\.png$/), width: 1280, height: 720 });
    const details = { ...DETAILS, poster };
    expect(await ask("PUT", "event", { cookie, body: details })).toEqual({ status: 200, body: details });
    expect(await ask("GET", "event", { cookie })).toEqual({ status: 200, body: details });
  });
  test.each([
    ["PUT event", { ...DETAILS, title: "" }, 400, "An event needs a title."],
    ["PUT event", undefined, 400, "An event must be an object."],
    ["POST pictures", { base64: "PHN2Zz4=" }, 400, "The picture must be a JPEG or a PNG."],
    ["POST pictures", undefined, 400, "The request has no base64."],
    ["POST session", { token: 7 }, 400, "The request has no token."],
    ["POST links", { role: "king" }, 400, "A role is owner or producer."],
    ["GET everything", undefined, 404, "There is nothing here."],
    ["GET constructor", undefined, 404, "There is nothing here."],
  ])("%s of %j is refused in words", async (what, body, status, error) => {
    const [method = "", path = ""] = what.split(" ");
    expect(await ask(method, path, { cookie: await enter(), body })).toEqual({ status, body: { error } });
  });

  test("an owner invites, sees sessions, and ends one", async () => {
    now += 1_000_000; // sessions of other tests have lapsed
    const owner = await enter();
    const { body } = await ask("POST", "links", { cookie: owner, body: { role: "producer" } });
    const colleague = sent(await ask("POST", "session", { body }));
    const { body: sessions } = (await ask("GET", "sessions", { cookie: owner })) as {
      body: { id: string; role: string; isThis: boolean }[];
    };
    expect(sessions.map(({ role, isThis }) => [role, isThis]).toSorted()).toEqual([
      ["owner", true],
      ["producer", false],
    ]);
    const other = sessions.find(({ isThis }) => !isThis);
    expect(await ask("DELETE", `sessions/${other?.id}`, { cookie: owner })).toEqual({ status: 204 });
    expect(await ask("GET", "event", { cookie: colleague })).toMatchObject({ status: 401 });
  });
  test("a producer does none of that", async () => {
    const cookie = await enter("producer");
    for (const [method, path] of [
      ["GET", "sessions"],
      ["POST", "links"],
      ["DELETE", "sessions/somebody"],
    ] as const)
      expect(await ask(method, path, { cookie, body: { role: "owner" } })).toMatchObject({ status: 403 });
  });
  test("an outage is no answer", async () => {
    const away = openTable({ ...LOCAL_AWS, name: "Nowhere", endpoint: tables.endpoint });
    const request = {
      method: "POST",
      path: "session",
      cookies: [],
      device: "",
      origin: "",
      body: { token: "x" },
    };
    await expect(answer(request, studioServices({ ...services, table: away, keys: KEYS }))).rejects.toThrow(
      "DynamoDB refuses",
    );
  });
});

describe("insights", () => {
  const minute = () => Math.floor(now / 60);
  test("are figures of the minutes that are asked for", async () => {
    const cookie = await enter("producer");
    const report = keptReport({ from: moment(minute() * 60_000), isLast: true });
    await keepReport(tables.insightsTable, report, now);
    const found = await ask("GET", `insights/${minute() - 59}-${minute() + 1}`, { cookie });
    expect(found).toMatchObject({
      status: 200,
      body: { all: { viewers: 1, hoursWatched: expect.closeTo(1 / 60) }, guard: null },
    });
  });
  test.each(["insights/1-0", "insights/1", "insights/x-y", "insights/0-1440"])(
    "of %s there are none",
    async (path) => {
      expect(await ask("GET", path, { cookie: await enter() })).toMatchObject({ status: 400 });
    },
  );
  test("are for people who are signed in", async () => {
    expect(await ask("GET", "insights/0-1")).toMatchObject({ status: 401 });
  });

  test("say what it costs, and what was watched since an hour of the last month", async () => {
    const cookie = await enter();
    const { body } = await ask("GET", "prices", { cookie });
    expect(body).toMatchObject({ channelHour: null, gigabyte: 0.0878 });
    const hour = Math.floor(now / 3_600);
    const usage = await ask("GET", `usage-since/${hour - 1}`, { cookie });
    expect(usage).toMatchObject({ status: 200, body: { hoursWatched: expect.any(Number) } });
    for (const name of ["x", String(hour - 800)])
      expect(await ask("GET", `usage-since/${name}`, { cookie })).toMatchObject({ status: 400 });
  });
});

describe("a request", () => {
  const event = (changes: object) => ({ ...signIn, ...changes }) as unknown as LambdaFunctionURLEvent;
  const withHeaders = (headers: object) => event({ headers: { ...signIn.headers, ...headers } });
  const statusOf = (asked: LambdaFunctionURLEvent) => {
    try {
      return readRequest(asked) && 200;
    } catch (error) {
      return error instanceof Refusal ? error.status : 500;
    }
  };

  test("of the studio's own page is read", () => {
    expect(readRequest(event({ cookies: [" __Secure-studio=1"] }))).toEqual({
      method: "POST",
      path: "session",
      cookies: ["__Secure-studio=1"],
      device: expect.stringContaining("Chrome"),
      origin: signIn.headers.origin,
      body: { token: "Q1dGc3lxN2pWbTlLb0RhUnhUZWZ1aGJp" },
    });
    const encoded = event({ body: Buffer.from("[1]").toString("base64"), isBase64Encoded: true });
    expect(readRequest(encoded).body).toEqual([1]);
    expect(
      readRequest(event({ body: undefined, headers: { "content-type": "application/json" } })),
    ).toMatchObject({
      body: undefined,
      device: "",
      origin: "",
    });
  });
  test("that another site's page might have sent is refused", () => {
    expect(statusOf(withHeaders({ "sec-fetch-site": "cross-site" }))).toBe(403);
    expect(statusOf(withHeaders({ "sec-fetch-site": "same-site" }))).toBe(403);
    expect(statusOf(withHeaders({ "content-type": "text/plain" }))).toBe(415);
    expect(statusOf(withHeaders({ "content-type": "application/x-www-form-urlencoded" }))).toBe(415);
    const get = { requestContext: { http: { method: "GET" } }, headers: { "sec-fetch-site": "same-origin" } };
    expect(statusOf(event(get))).toBe(200);
  });
  test("that isn't JSON, or isn't the studio's, is refused", () => {
    expect(statusOf(event({ body: "{" }))).toBe(400);
    expect(statusOf(event({ rawPath: "/studio" }))).toBe(404);
  });
});

test("the keys must be there", async () => {
  expect(() => keysIn("")).toThrow("SESSION_KEYS");
  expect(() => linkKeyIn("")).toThrow("LINK_KEY");
  const session = { id: "x", role: "owner", device: "", startedAt: 0, expiresAt: 9 } as const;
  await expect(sessionCookie(session, [], 0)).rejects.toThrow("no key");
  expect(await sessionIdIn(["__Secure-studio=x"], [], 0)).toBeNull();
  // A key that is none isn't a forged cookie.
  const cookie = sent({ status: 0, cookie: await sessionCookie(session, KEYS, 0) }) ?? "";
  await expect(sessionIdIn([cookie], ["text" as unknown as Uint8Array], 0)).rejects.toThrow();
});

test("the handler answers CloudFront with JSON that nobody keeps, and its cookie", async () => {
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    CHANNEL_TABLE: "ChannelTable",
    INSIGHTS_TABLE: "InsightsTable",
    SESSION_KEYS: "the key that signs,",
    PRIVATE_WEBHOOKS: "refused",
    REHEARSALS: "by-command",
    STACK_NAME: "shoal",
    CHANNEL_ID: "1",
    LINK_KEY: "a link key",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.resetModules();
  const { handler } = await import("./handler.ts");
  type Answer = Exclude<LambdaFunctionURLResult, string>;
  const invoke = async (changes: object) =>
    (await handler({ ...signIn, ...changes } as unknown as LambdaFunctionURLEvent)) as Answer;
  expect(await invoke({})).toMatchObject({
    statusCode: 401,
    headers: { "cache-control": "no-store", "content-type": "application/json" },
    body: expect.stringContaining("Ask for another"),
  });
  expect(await invoke({ rawPath: "/elsewhere" })).toMatchObject({ statusCode: 404 });
  const token = await makeLink(table, "a link key", "owner", Math.floor(Date.now() / 1000));
  const entered = await invoke({ body: JSON.stringify({ token }) });
  expect(entered).toMatchObject({ statusCode: 201, cookies: [expect.stringMatching(/^__Secure-studio=/)] });
  const cookies = [entered.cookies?.[0]?.split(";")[0]];
  const out = await invoke({
    cookies,
    body: "{}",
    requestContext: { http: { method: "DELETE", path: "/studio/api/session" } },
  });
  expect(out).toEqual({
    statusCode: 204,
    headers: { "cache-control": "no-store" },
    cookies: [expect.any(String)],
  });
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");
  vi.resetModules();
  const { handler: cutOff } = await import("./handler.ts");
  await expect(cutOff(signIn as unknown as LambdaFunctionURLEvent)).rejects.toThrow();
});
