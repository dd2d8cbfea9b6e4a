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
import { audienceFrom } from "../tracker/audience.ts";
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
  const { name = "shoal", generation = "1", key = "a key", previous = "", origins = "" } = settings;
  return new Template(template, {
    parameters: { TicketGeneration: generation, EmbedOrigins: origins },
    refs: { "AWS::StackName": name },
    attributes: { "TicketKey.Value": key, "TicketKey.Previous": previous, "SwarmSecret.Value": "a secret" },
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

describe("what is deployed", () => {
  test("template.yaml holds the function as it is here: `npm run format` copies it", () => {
    expect(template).toBe(withEdgeFunction(template, source));
  });

  test("CloudFront takes it: at most 10 KB with the longest names and keys", () => {
    const origins = Array(20).fill("https://a-long-name.example.com").join(",");
    const code = codeOf({ name: "n".repeat(46), key: "k".repeat(32), previous: "p".repeat(32), origins });
    expect(Buffer.byteLength(code)).toBeLessThan(MAX_CODE_BYTES);
    expect(() => edgeFunction(`${code}${" ".repeat(MAX_CODE_BYTES)}`)).toThrow("longer than 10240 bytes");
  });

  test("a template without the function is an error", () => {
    expect(() => withEdgeFunction("Resources: {}", source)).toThrow("no FunctionCode");
  });

  test("it can require crypto and nothing else", () => {
    expect(() => edgeFunction('require("fs")')).toThrow("can't require fs");
  });
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

  test("comes with the swarm's name as the tracker knows it", () => {
    const environment = { SWARM_SECRET: "a secret", CHANNEL: "shoal", GENERATION: "1" };
    expect(audienceFrom(environment)?.swarm).toBe(ticket().swarm);
  });

  test("gets another swarm with each generation and in each channel", () => {
    const swarms = [{}, { generation: "2" }, { name: "other" }].map((each) => ticket(deployed(each)).swarm);
    expect(new Set(swarms).size).toBe(3);
  });
});

test("nobody can say who they are but by a ticket", () => {
  const headers = { "x-shoal-viewer": "a-neighbour" };
  expect(passed("/", { headers }).headers).not.toHaveProperty("x-shoal-viewer");
  const { ticket: mine, viewer } = ticket();
  expect(passed(`/t/${mine}/tracker`, { headers }).headers["x-shoal-viewer"]).toEqual({ value: viewer });
});

describe("paths", () => {
  test.each([
    "/",
    "/index.html",
    "/index",
    "/embed.html",
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
      headers: { "access-control-allow-methods": { value: "GET, HEAD" } },
    });
  });
});

describe("compute, of which CloudFront gives about a millisecond", () => {
  async function costsOf(addresses: readonly string[]): Promise<readonly EdgeCost[]> {
    const workerData = { code: codeOf({ previous: "another key" }), addresses };
    const worker = new Worker(new URL("../../test/doubles/edge-cost.ts", import.meta.url), { workerData });
    const [costs] = (await once(worker, "message")) as [readonly EdgeCost[]];
    await worker.terminate();
    return costs;
  }

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
