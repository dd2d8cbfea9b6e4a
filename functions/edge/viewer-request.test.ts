import crypto from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { beforeEach, describe, expect, test } from "vitest";
import { withEdgeFunction } from "../../build/edge.ts";
import {
  type EdgeRequest,
  type EdgeResponse,
  edgeFunction,
  edgeRequest,
  MAX_CODE_BYTES,
  queryOf,
} from "../../local/cloudfront/edge-function.ts";
import { TEMPLATE_FILE, Template } from "../../local/template.ts";
import type { EdgeCost } from "../../test/doubles/edge-cost.ts";
import { withPageDigests } from "../site/page-digests.ts";
import { keysIn, sessionCookie } from "../studio/cookie.ts";
import { writeLink } from "../tickets/links.ts";
import type { TicketReply } from "./ticket.ts";

const template = await readFile(TEMPLATE_FILE, "utf8");
const source = await readFile(new URL("viewer-request.js", import.meta.url), "utf8");

const PATH = "/out/v1/shoal/live/cmaf/index.m3u8";

interface Settings {
  readonly name?: string;
  readonly generation?: string;
  readonly key?: string;
  readonly previous?: string;
  readonly origins?: string;
  /** Parameters of a private stream. */
  readonly access?: Readonly<Record<string, string>>;
}

/** The function's code as CloudFormation makes it from the template. */
function codeOf(settings: Settings = {}): string {
  const name = JSON.stringify(settings);
  const known = codes.get(name) ?? evaluated(settings);
  codes.set(name, known);
  return known;
}

const codes = new Map<string, string>();

function evaluated(settings: Settings): string {
  const {
    name = "shoal",
    generation = "1",
    key = "a key",
    previous = "",
    origins = "",
    access = {},
  } = settings;
  return new Template(template, {
    parameters: { TicketGeneration: generation, EmbedOrigins: origins, ...access },
    refs: { "AWS::StackName": name },
    attributes: {
      "LinkKey.Value": key.length < 32 ? "a link key" : key,
      "SessionKey.Value": key.length < 32 ? "a session key" : key,
      "SessionKey.Previous": previous,
      "TicketKey.Value": key,
      "TicketKey.Previous": previous,
      "SwarmSecret.Value": "a secret",
    },
  })
    .resource("EdgeFunction")
    .properties.at("FunctionCode")
    .text();
}

const deployed = (settings: Settings = {}) => edgeFunction(codeOf(settings));

let edge = deployed();
beforeEach(() => {
  edge = deployed();
});

interface Extra {
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly at?: typeof edge;
}

function ask(address: string, { headers = {}, method = "GET", at = edge }: Extra = {}) {
  const [uri = "", query = ""] = address.split("?");
  return at(edgeRequest(method, uri, query, headers), "203.0.113.7");
}

const refused = (address: string, extra: Extra = {}) => ask(address, extra) as EdgeResponse;
const passed = (address: string, extra: Extra = {}) => ask(address, extra) as EdgeRequest;

function ticket(at = edge, address = "/ticket"): TicketReply {
  const { statusCode, body = "" } = refused(address, { at });
  expect(statusCode).toBe(200);
  return JSON.parse(body) as TicketReply;
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JWT that anybody with this key can make. */
function forged(
  claims: object,
  { key = "a key", header = { alg: "HS256", typ: "JWT" } as object } = {},
): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${crypto.createHmac("sha256", key).update(signed).digest("base64url")}`;
}

const hour = () => Math.floor(Date.now() / 1000) + 3600;

async function costsOf(
  addresses: readonly string[],
  { code = codeOf({ previous: "another key" }), pass = "" } = {},
): Promise<readonly EdgeCost[]> {
  const workerData = { code, addresses, pass };
  const worker = new Worker(new URL("../../test/doubles/edge-cost.ts", import.meta.url), { workerData });
  const [costs] = (await once(worker, "message")) as [readonly EdgeCost[]];
  await worker.terminate();
  return costs;
}

describe("what is deployed", () => {
  test("template.yaml holds the function as it is here: `npm run format` copies it", () => {
    expect(template).toBe(withEdgeFunction(template, source));
  });

  test("CloudFront takes it: at most 10 KB with the longest names and keys", () => {
    const origins = Array(20).fill("https://a-long-name.example.com").join(",");
    const access = { Access: "private", PasswordHash: "h", TokenKey: "t" };
    const code = codeOf({
      name: "n".repeat(46),
      key: "k".repeat(32),
      previous: "p".repeat(32),
      origins,
      access,
    });
    // Half as many pages again as there are.
    const pages = Array.from({ length: 120 }, (_, at) => `/assets/page-${at}.js`);
    expect(Buffer.byteLength(withPageDigests(code, pages, 1_800_000_000))).toBeLessThan(MAX_CODE_BYTES);
    expect(() => edgeFunction(`${code}${" ".repeat(MAX_CODE_BYTES)}`)).toThrow("longer than 10240 bytes");
  });

  test("a template without the function is an error", () => {
    expect(() => withEdgeFunction("Resources: {}", source)).toThrow("no FunctionCode");
  });

  test("it can require crypto and nothing else", () => {
    expect(() => edgeFunction('require("fs")')).toThrow("can't require fs");
  });
});

describe("the studio", () => {
  const soon = () => Math.floor(Date.now() / 1000) + 60;
  const session = (claims: object = {}, key = "a session key") =>
    `__Secure-studio=${forged({ sid: "x", exp: soon(), aud: "studio", ...claims }, { key })}`;
  const linkUntil = (until: number, key = "a link key") => {
    const said = `random.${until}`;
    return `${said}.${crypto.createHmac("sha256", key).update(`studio.${said}`).digest("base64url")}`;
  };
  const enter = (pass: string) =>
    ask("/studio/api/session", { method: "POST", headers: { "x-shoal-pass": pass } }) as EdgeResponse;

  test.each(["GET", "POST", "PUT", "DELETE"])("answers %s of who is signed in, without a query", (method) => {
    const headers = { "x-shoal-viewer": "me", cookie: `other=1; ${session()}` };
    const request = passed("/studio/api/sessions/aB_-9?x=1", { method, headers });
    expect(request).toMatchObject({ method, uri: "/studio/api/sessions/aB_-9", querystring: {} });
    expect(request.headers).not.toHaveProperty("x-shoal-viewer");
  });
  test("takes the session that the function gives, also after a turn of the key", async () => {
    const keys = keysIn("a session key,");
    const given = { id: "x", role: "owner", device: "", startedAt: 0, expiresAt: soon() } as const;
    const headers = { cookie: (await sessionCookie(given, keys, 0)).split(";")[0] ?? "" };
    expect(passed("/studio/api/event", { headers }).uri).toBe("/studio/api/event");
    const turned = deployed({ previous: "a session key" });
    expect(passed("/studio/api/event", { headers, at: turned }).uri).toBe("/studio/api/event");
  });
  test.each([
    ["no cookie", ""],
    ["another's", "other=1"],
    ["nonsense", "__Secure-studio=nonsense"],
    ["one that has lapsed", session({ exp: 1_700_000_000 })],
    ["one for another purpose", session({ aud: "shoal" })],
    ["one by another key", session({}, "another key")],
    ["one by no key", session({}, "")],
  ])("hears nothing of a request with %s", (_, cookie) => {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      const answer = refused("/studio/api/event", { method, headers: { cookie } });
      expect([method, answer.statusCode, answer.body]).toEqual([
        method,
        401,
        '{"error":"You aren\'t signed in."}',
      ]);
    }
    expect(refused("/studio/api/session", { headers: { cookie } }).statusCode).toBe(401);
  });
  test("passes on who brings a passkey, which only the table knows", () => {
    for (const path of ["/studio/api/passkey-options", "/studio/api/passkey-session"])
      expect(passed(path, { method: "POST" }).uri).toBe(path);
    for (const path of ["/studio/api/passkeys", "/studio/api/passkeys/options", "/studio/api/passkey-x/y"])
      expect(refused(path, { method: "POST" }).statusCode).toBe(401);
  });
  test("lets in who brings a link that was made here, while it holds", async () => {
    expect(enter(`studio ${linkUntil(soon())}`)).toMatchObject({ uri: "/studio/api/session" });
    for (const wrong of [
      "",
      "studio",
      "studio made-up",
      "studio random.1.2.3",
      `studio ${linkUntil(soon(), "another key")}`,
      `studio ${linkUntil(soon()).replace(".", ".9")}`,
      `studio ${linkUntil(soon()).slice(0, -1)}`,
      `studio ${linkUntil(1_700_000_000)}`,
      `link ${linkUntil(soon())}`,
      // A viewer's link opens no studio.
      `studio ${writeLink({ id: "studio", seats: 1, until: soon(), generation: 1 }, "a link key")}`,
    ])
      expect([wrong, enter(wrong).statusCode]).toEqual([wrong, 401]);
  });
  test("has its page, at one path", () => {
    expect(passed("/studio").uri).toBe("/studio");
    for (const path of ["/studio.html", "/studio/", "/studio/api/", "/studio/api/a.b", "/studio/other"])
      expect(refused(path).statusCode).toBe(404);
  });
  test("isn't there behind a ticket, where its page could be framed", () => {
    for (const path of ["/studio", "/studio/api/event"])
      expect(refused(`/t/${ticket().ticket}${path}`).statusCode).toBe(404);
  });
  test("answers no other site's preflight for it", () => {
    const edge = deployed({ origins: "https://club.example" });
    const headers = { origin: "https://club.example" };
    const answer = refused("/studio/api/event", { method: "OPTIONS", headers, at: edge });
    expect(answer.headers?.["access-control-allow-methods"]).toEqual({ value: "GET, HEAD, POST" });
  });
});

describe("a viewer's report", () => {
  const post = (address: string, headers = {}) => ask(address, { method: "POST", headers });
  test("goes on with the viewer's id, which nobody may choose, and without its ticket", () => {
    const mine = ticket();
    const request = post(`/t/${mine.ticket}/reports?x=1`, { "x-shoal-viewer": "another" }) as EdgeRequest;
    expect(request).toMatchObject({ uri: "/reports", querystring: {} });
    expect(request.headers["x-shoal-viewer"]).toEqual({ value: mine.viewer });
  });
  test("goes no further without a good ticket, and nowhere else", () => {
    const expired = forged({ aud: "shoal", sub: "x", exp: 1, gen: 1 });
    for (const none of ["made-up", expired])
      expect(post(`/t/${none}/reports`)).toMatchObject({ statusCode: 401 });
    for (const path of ["/reports", `/t/${ticket().ticket}/reports/x`, `/t/${ticket().ticket}/ticket`])
      expect(post(path)).toMatchObject({ statusCode: 405 });
  });
  test("can't be asked for, but its pace can", () => {
    expect(refused(`/t/${ticket().ticket}/reports`).statusCode).toBe(404);
    expect(passed("/reports.json?x=1")).toMatchObject({ uri: "/reports.json", querystring: {} });
  });
});

describe("the event", () => {
  test.each(["/event.json", "/oembed.json", "/pictures/abcdefghijklmnopqrstuv.jpg"])("is at %s", (path) => {
    expect(passed(`${path}?x=1`)).toMatchObject({ uri: path, querystring: {} });
  });
  test.each(["/pictures/short.jpg", "/pictures/abcdefghijklmnopqrstuv.svg", "/event"])(
    "isn't at %s",
    (path) => {
      expect(refused(path).statusCode).toBe(404);
    },
  );
});

describe("a ticket", () => {
  test("is given to everyone who asks, and opens playlist, segment and tracker under one cache key for all", () => {
    const { ticket: mine, viewer, swarm, seconds } = ticket();
    expect({ seconds, viewer: viewer.length, swarm: swarm.length }).toEqual({
      seconds: 900,
      viewer: 10,
      swarm: 10,
    });
    for (const path of [
      PATH,
      "/out/v1/shoal/live/cmaf/segment_1.mp4",
      "/signatures/out/v1/shoal/live/cmaf/7",
      "/tracker",
    ]) {
      const request = passed(`/t/${mine}${path}`);
      expect(request.uri).toBe(path);
      expect(request.headers["x-shoal-viewer"]).toEqual({ value: viewer });
    }
    expect(ticket().viewer).not.toBe(viewer);
    expect(ticket().swarm).toBe(swarm);
  });

  test("has at most 300 bytes, also with the longest name that a stack can have here", () => {
    expect(ticket(deployed({ name: "n".repeat(46) })).ticket.length).toBeLessThanOrEqual(300);
  });

  test("is a JWT whose claims say channel, viewer, expiry and generation", () => {
    const { ticket: mine, viewer } = ticket();
    const [header = "", claims = ""] = mine.split(".");
    const read = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString());
    expect(read(header)).toEqual({ alg: "HS256", typ: "JWT" });
    expect(read(claims)).toEqual({ aud: "shoal", sub: viewer, exp: expect.any(Number), gen: 1 });
    expect(mine).toBe(forged(read(claims)));
  });

  test("expires after 15 minutes; one for a player that can't renew, after twelve hours", () => {
    const expiry = (reply: TicketReply) =>
      JSON.parse(Buffer.from(reply.ticket.split(".")[1] ?? "", "base64url").toString()).exp -
      Date.now() / 1000;
    expect(Math.round(expiry(ticket()))).toBeCloseTo(900, -1);
    expect(Math.round(expiry(ticket(edge, "/ticket?lasting=1")))).toBeCloseTo(43_200, -1);
  });

  test("is renewed for the same viewer, also when it has expired or was revoked", () => {
    const { ticket: mine, viewer } = ticket();
    expect(ticket(edge, `/t/${mine}/ticket`)).toMatchObject({ viewer, seconds: 900 });
    const expired = forged({ aud: "shoal", sub: viewer, exp: 1, gen: 1 });
    expect(ticket(edge, `/t/${expired}/ticket`).viewer).toBe(viewer);
    const revoking = deployed({ generation: "2" });
    const renewed = ticket(revoking, `/t/${mine}/ticket`);
    expect(renewed.viewer).toBe(viewer);
    expect(passed(`/t/${renewed.ticket}${PATH}`, { at: revoking }).uri).toBe(PATH);
  });

  test("of the key before opens until it expires, and no longer after two turns", () => {
    const { ticket: mine } = ticket();
    expect(passed(`/t/${mine}${PATH}`, { at: deployed({ key: "next", previous: "a key" }) }).uri).toBe(PATH);
    const twice = deployed({ key: "the one after", previous: "next" });
    expect(refused(`/t/${mine}${PATH}`, { at: twice }).statusCode).toBe(401);
  });

  test.each<[string, () => string, string]>([
    ["none", () => PATH, "needs a ticket"],
    ["none, at the signer", () => "/signatures/out/v1/shoal/live/cmaf/7", "needs a ticket"],
    ["none, at the tracker", () => "/tracker", "needs a ticket"],
    ["an expired one", () => `/t/${forged({ aud: "shoal", sub: "v", exp: 1, gen: 1 })}${PATH}`, "expired"],
    ["one without an expiry", () => `/t/${forged({ aud: "shoal", sub: "v", gen: 1 })}${PATH}`, "expired"],
    ["a revoked one", () => `/t/${ticket(deployed({ generation: "2" })).ticket}${PATH}`, "revoked"],
    ["another deployment's", () => `/t/${ticket(deployed({ key: "another" })).ticket}${PATH}`, "isn't one"],
    [
      "another channel's",
      () => `/t/${forged({ aud: "other", sub: "v", exp: hour(), gen: 1 })}${PATH}`,
      "isn't one",
    ],
    [
      "one signed with the empty key before",
      () => `/t/${forged({ aud: "shoal", sub: "v", exp: hour(), gen: 1 }, { key: "" })}${PATH}`,
      "isn't one",
    ],
    [
      "one that names no algorithm",
      () =>
        `/t/${forged({ aud: "shoal", sub: "v", exp: hour(), gen: 1 }, { header: { alg: "none" } })}${PATH}`,
      "isn't one",
    ],
    ["one that was cut", () => `/t/${ticket().ticket.slice(0, -1)}${PATH}`, "isn't one"],
    ["one that was changed", () => `/t/${ticket().ticket.replace(/.$/, "_")}_${PATH}`, "isn't one"],
    ["something else", () => `/t/anything${PATH}`, "isn't one"],
  ])("%s opens nothing", (_what, address, why) => {
    expect(refused(address())).toMatchObject({ statusCode: 401, body: expect.stringContaining(why) });
  });

  test("someone else's can't be renewed into this channel's", () => {
    expect(refused(`/t/${ticket(deployed({ key: "another" })).ticket}/ticket`).statusCode).toBe(401);
  });

  test("comes with the swarm's name as the edge tells the tracker", () => {
    const { ticket: mine, swarm } = ticket();
    expect(passed(`/t/${mine}/tracker`).headers["x-shoal-swarm"]).toEqual({ value: swarm });
  });

  test("gets another swarm with each generation and in each channel", () => {
    const swarms = [{}, { generation: "2" }, { name: "other" }].map((each) => ticket(deployed(each)).swarm);
    expect(new Set(swarms).size).toBe(3);
  });
});

describe("a private stream", () => {
  const access = { Access: "private", PasswordHash: "a hash" };
  const closed = deployed({ access });
  const link = (more: object = {}, key = "a link key") =>
    writeLink({ id: "k3Jd82hs", seats: 2, until: hour(), generation: 1, ...more }, key);
  const bring = (pass: string, address = "/ticket", at = closed) =>
    ask(address, { headers: { "x-shoal-pass": pass }, at });
  const reasonOf = (outcome: EdgeRequest | EdgeResponse) => {
    const { statusCode, body = "{}" } = outcome as EdgeResponse;
    expect(statusCode).toBe(401);
    return JSON.parse(body);
  };
  const visit = (more: object = {}) =>
    forged({ aud: "shoal", sub: "viewer-001", exp: hour(), gen: 1, end: hour(), ...more });

  test("gives no ticket to who brings nothing, and says what it takes", () => {
    expect(reasonOf(ask("/ticket", { at: closed }))).toEqual({
      reason: "pass-needed",
      ways: ["link", "password"],
    });
    const tokens = deployed({ access: { ...access, PasswordHash: "", TokenKey: "a secret" } });
    expect(reasonOf(ask("/ticket", { at: tokens })).ways).toEqual(["link", "token"]);
  });

  test.each(["token abc", "password", "password a b", "link", "basic abc", ""])(
    "has no use for %j",
    (pass) => {
      expect(reasonOf(bring(pass)).reason).toBe("pass-needed");
    },
  );

  test("passes on who brings a password or a good link, with generation and swarm", () => {
    for (const pass of ["password d29yZHM", `link ${link()}`]) {
      const request = bring(pass) as EdgeRequest;
      expect(request).toMatchObject({ uri: "/ticket", querystring: {} });
      expect(request.headers).toMatchObject({
        "x-shoal-pass": { value: pass },
        "x-shoal-generation": { value: "1" },
        "x-shoal-swarm": { value: ticket().swarm },
      });
      expect(request.headers).not.toHaveProperty("x-shoal-viewer");
      expect(queryOf(bring(pass, "/ticket?lasting=1&x=2") as EdgeRequest)).toBe("lasting=1");
    }
  });

  test.each<[string, () => string, string]>([
    ["with another key", () => link({}, "another"), "link-unknown"],
    ["that was cut short", () => link().slice(0, -1), "link-unknown"],
    ["for more viewers than it was made for", () => link().replace(".2.", ".9."), "link-unknown"],
    ["that was made up", () => "anything", "link-unknown"],
    ["of another generation", () => link({ generation: 2 }), "link-revoked"],
    ["whose day is over", () => link({ until: 1 }), "link-over"],
  ])("turns a link away %s", (_what, made, reason) => {
    expect(reasonOf(bring(`link ${made()}`)).reason).toBe(reason);
  });

  test("renews a good ticket by itself, no further than where the visit ends", () => {
    const long = ticket(closed, `/t/${visit()}/ticket`);
    expect(long).toMatchObject({ viewer: "viewer-001", seconds: 900 });
    expect(ticket(closed, `/t/${long.ticket}/ticket?lasting=1`).seconds).toBeLessThanOrEqual(3600);
    const { ticket: last, seconds } = ticket(closed, `/t/${visit({ end: hour() - 3500 })}/ticket`);
    expect(seconds).toBeLessThanOrEqual(100);
    expect(passed(`/t/${last}${PATH}`, { at: closed }).uri).toBe(PATH);
  });

  test.each([
    ["expired", { exp: 1 }],
    ["was revoked", { gen: 2 }],
    ["private now", { end: undefined }],
  ])("renews none that %s, and opens nothing to it", (why, more) => {
    for (const path of ["/ticket", PATH, "/tracker"]) {
      expect(refused(`/t/${visit(more)}${path}`, { at: closed })).toMatchObject({
        statusCode: 401,
        body: expect.stringContaining(why),
      });
    }
  });

  test("knows its viewer again who enters anew with its last ticket", () => {
    const again = bring(`link ${link()}`, `/t/${visit({ exp: 1 })}/ticket`) as EdgeRequest;
    expect(again).toMatchObject({ uri: "/ticket" });
    expect(again.headers["x-shoal-viewer"]).toEqual({ value: "viewer-001" });
  });

  test("takes no more compute than an open one", async () => {
    const [cost] = await costsOf([`/t/${visit()}/ticket`], {
      code: codeOf({ access, previous: "another key" }),
      pass: `link ${link()}`,
    });
    expect(cost?.signatures).toBeLessThanOrEqual(3);
    expect(cost?.blocks).toBeLessThan(250);
  });
});

test("nobody can say who they are but by a ticket", () => {
  const headers = {
    "x-shoal-viewer": "a-neighbour",
    "x-shoal-swarm": "another's",
    "x-shoal-generation": "9",
  };
  for (const name of Object.keys(headers)) expect(passed("/", { headers }).headers).not.toHaveProperty(name);
  const { ticket: mine, viewer } = ticket();
  expect(passed(`/t/${mine}/tracker`, { headers }).headers["x-shoal-viewer"]).toEqual({ value: viewer });
});

describe("paths", () => {
  test.each([
    "/",
    "/index.html",
    "/index",
    "/embed.html",
    "/debug",
    "/embed",
    "/config.json",
    "/assets/player-DCCGD4WG.js",
    "/assets/icon-QY6YEWWD.svg",
    "/assets/engine-T7T3DKGM.js.LEGAL.txt",
    "/module/shoal.js",
    "/module/shoal.global.js",
    "/module/types/web/playback/shell/cdn-fetch.d.ts",
  ])("%s is a page's, with and without a ticket", (path) => {
    expect(passed(path).uri).toBe(path);
    expect(passed(`/t/${ticket().ticket}${path}`).uri).toBe(path);
  });

  test.each([
    "/favicon.ico",
    "/nothing",
    "/assets/",
    "/assets/a/b.js",
    "/assets/player-DCCGD4WG.js/",
    "/..%2fhandler.ts",
    "/out/v1/../../config.json?",
    "/out/v2/shoal.m3u8",
    "/tracker/",
    "/ticket/",
    "/wp-login.php",
    "/t/",
  ])("%s gets no further", (path) => {
    expect([401, 404]).toContain(refused(path).statusCode);
    expect([401, 404]).toContain(refused(`/t/${ticket().ticket}${path}`).statusCode);
  });

  test("where it is known what was built, made-up names get no further", () => {
    const built = ["/assets/player-DCCGD4WG.js", "/module/types/web/ui/player.d.ts", "/index.html"];
    const knowing = edgeFunction(withPageDigests(codeOf(), built, 0));
    for (const path of ["/", "/embed", "/config.json", ...built]) {
      expect(passed(path, { at: knowing }).uri).toBe(path);
      expect(passed(`/t/${ticket().ticket}${path}`, { at: knowing }).uri).toBe(path);
    }
    for (const path of [
      "/assets/player-DCCGD4WH.js",
      "/assets/player-DCCGD4WG.js.br",
      "/module/types/web/ui.d.ts",
    ]) {
      expect(refused(path, { at: knowing }).statusCode).toBe(404);
      expect(refused(`/t/${ticket().ticket}${path}`, { at: knowing }).statusCode).toBe(404);
    }
  });

  test("names of the build before are let through for an hour after a deployment", () => {
    const deployedAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
    const old = "/assets/player-OLDNAME1.js";
    const at = (seconds: number) => edgeFunction(withPageDigests(codeOf(), ["/a"], deployedAgo(seconds)));
    expect(passed(old, { at: at(3590) }).uri).toBe(old);
    expect(refused(old, { at: at(3601) }).statusCode).toBe(404);
  });

  test.each(["POST", "PUT", "DELETE", "PATCH", "TRACE"])("%s gets no further", (method) => {
    expect(refused("/", { method }).statusCode).toBe(405);
    expect(refused(`/t/${ticket().ticket}${PATH}`, { method }).statusCode).toBe(405);
  });

  test("HEAD is as good as GET", () => {
    expect(passed("/", { method: "HEAD" }).uri).toBe("/");
  });
});

describe("queries", () => {
  const queryAt = (address: string) => queryOf(passed(`/t/${ticket().ticket}${address}`));

  test("a page's, a segment's and the tracker's are dropped, so that they make no cache entries", () => {
    expect(queryOf(passed("/?utm_source=mail&x"))).toBe("");
    expect(queryAt("/out/v1/shoal/live/cmaf/segment_1.mp4?start=1700000000&x=1")).toBe("");
    expect(queryAt("/tracker?player=2")).toBe("");
  });

  test("a manifest keeps those that MediaPackage takes, and no others", () => {
    for (const query of [
      "start=2026-11-29T19:00:00Z&end=2026-11-29T20%3A00%3A00%2B01%3A00",
      "start=1700000000",
      "time_delay=60",
      "aws.manifestfilter=video_height:1-720",
    ]) {
      expect(queryAt(`${PATH}?token=x&${query}`)).toBe(query);
      expect(queryAt(`${PATH.replace(".m3u8", ".mpd")}?${query}`)).toBe(query);
    }
  });

  test.each([
    "start=soon",
    "start=1700000000.123",
    "end=2026-11-29",
    "time_delay=-1",
    "start=1700000000&start=1700000001",
    `aws.manifestfilter=${"a".repeat(200)}`,
    "aws.manifestsettings=a/b",
  ])("a manifest with %s gets no further", (query) => {
    expect(refused(`/t/${ticket().ticket}${PATH}?${query}`).statusCode).toBe(400);
  });
});

describe("pages of other sites", () => {
  const origins = "https://one.example,https://two.example";
  const from = (origin: string) => ({ headers: { origin }, at: deployed({ origins }) });

  test("that are listed get tickets, and can read why one was refused", () => {
    for (const address of ["/ticket", PATH]) {
      expect(refused(address, from("https://two.example")).headers).toMatchObject({
        "access-control-allow-origin": { value: "https://two.example" },
        vary: { value: "Origin" },
        "cache-control": { value: "no-store" },
      });
    }
  });

  test("that aren't listed can't read anything", () => {
    expect(refused("/ticket", from("https://three.example")).headers).not.toHaveProperty(
      "access-control-allow-origin",
    );
    expect(refused("/ticket", { headers: { origin: "" } }).headers).not.toHaveProperty(
      "access-control-allow-origin",
    );
  });

  test("preflights are answered here, so that none reaches an origin", () => {
    const preflight = refused(`/t/any${PATH}`, { ...from("https://one.example"), method: "OPTIONS" });
    expect(preflight).toMatchObject({
      statusCode: 204,
      headers: { "access-control-allow-methods": { value: "GET, HEAD, POST" } },
    });
  });
});

describe("compute, of which CloudFront gives about a millisecond", () => {
  test("the longest ways through take three signatures over half a kilobyte, and a few hundred steps", async () => {
    const longest = forged({ aud: "shoal", sub: "v".repeat(150), exp: hour(), gen: 1 }, { key: "neither" });
    const costs = await costsOf([
      `/t/${longest}${PATH}`,
      `/t/${ticket().ticket}/ticket`,
      `/t/${ticket().ticket}${PATH}?start=1700000000&end=1700000001&time_delay=1`,
      "/ticket",
      `/${"a".repeat(8000)}`,
      `/t/${"a.".repeat(4000)}`,
    ]);
    expect(costs).toHaveLength(6);
    for (const { signatures, signedBytes, blocks } of costs) {
      expect(signatures).toBeLessThanOrEqual(3);
      expect(signedBytes).toBeLessThan(600);
      expect(blocks).toBeGreaterThan(0);
      expect(blocks).toBeLessThan(250);
    }
  });
});
