import { randomBytes } from "node:crypto";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import { beforeEach, describe, expect, test } from "vitest";
import passwordEvent from "../../events/tickets/password.json" with { type: "json" };
import { MemoryCounters } from "../../test/doubles/memory-counters.ts";
import { type EntryRequest, type EntryServices, enter } from "./entry.ts";
import { writeLink } from "./links.ts";
import { requestOf, responseTo } from "./responses.ts";
import type { TokenOutcome } from "./site-tokens.ts";

let now: number;
let counters: MemoryCounters;
let isFull: boolean;
let taken: unknown[];
let token: () => Promise<TokenOutcome>;
let checks: number;
let services: EntryServices;
beforeEach(() => {
  now = 1_800_000_000.5;
  counters = new MemoryCounters();
  isFull = false;
  taken = [];
  checks = 0;
  token = async () => ({ expiresAt: now + 600 });
  services = {
    channel: "shoal",
    ticketKey: "a key",
    counters,
    seats: {
      take: async (...seat) => {
        taken.push(seat);
        return !isFull;
      },
    },
    isPassword: async (password) => {
      checks += 1;
      return password === "correct hörse";
    },
    checkToken: () => token(),
    nowSeconds: () => now,
    newViewer: () => "a-viewer-1",
  };
});

const encoded = (text: string) => Buffer.from(text).toString("base64url");
const request = (more: Partial<EntryRequest> = {}): EntryRequest => ({
  way: "password",
  value: encoded("correct hörse"),
  viewer: undefined,
  isLasting: false,
  network: "a-network",
  generation: 3,
  swarm: "a-swarm-01",
  ...more,
});
const wrong = (more: Partial<EntryRequest> = {}) => request({ value: encoded("guess"), ...more });

async function ticket(more: Partial<EntryRequest> = {}) {
  const outcome = await enter(request(more), services);
  if (!("ticket" in outcome)) throw new Error(outcome.reason);
  const [, claims = ""] = outcome.ticket.ticket.split(".");
  return { ...outcome.ticket, claims: JSON.parse(Buffer.from(claims, "base64url").toString()) };
}

describe("a password", () => {
  test("that is right gives a ticket for a quarter of an hour, in a visit of twelve at most", async () => {
    const given = await ticket();
    expect(given).toMatchObject({ viewer: "a-viewer-1", swarm: "a-swarm-01", seconds: 900 });
    expect(given.claims).toEqual({
      aud: "shoal",
      sub: "a-viewer-1",
      exp: 1_800_000_900,
      gen: 3,
      end: 1_800_043_200,
    });
    expect((await ticket({ isLasting: true })).seconds).toBe(43_200);
    expect((await ticket({ viewer: "who-it-was" })).viewer).toBe("who-it-was");
  });

  test("that is wrong gives none", async () => {
    expect(await enter(wrong(), services)).toEqual({ reason: "wrong-password" });
  });

  test("takes as many writes whether it is right or wrong", async () => {
    await enter(wrong(), services);
    const { writes } = counters;
    await ticket();
    expect(counters.writes).toBe(2 * writes);
  });

  test("may be wrong thirty times in ten minutes from a network, then isn't even looked at", async () => {
    for (let time = 0; time < 30; time++) await enter(wrong(), services);
    checks = 0;
    for (const each of [wrong(), request()])
      expect(await enter(each, services)).toEqual({ reason: "too-often", retryAfterSeconds: 600 });
    expect(checks).toBe(0);
    expect(await enter(request({ network: "another" }), services)).toHaveProperty("ticket");
    now += 600;
    expect(await enter(request(), services)).toHaveProperty("ticket");
  });

  test("tried a thousand times at once is looked at thirty times", async () => {
    await Promise.all(Array.from({ length: 1000 }, () => enter(wrong(), services)));
    expect(checks).toBe(30);
  });

  test("that is right doesn't count: a whole school gets in", async () => {
    for (let time = 0; time < 100; time++) expect(await enter(request(), services)).toHaveProperty("ticket");
  });
});

describe("a site's token", () => {
  test("gives a ticket, and ends the visit when it expires", async () => {
    expect((await ticket({ way: "token", value: "a.b.c" })).claims).toMatchObject({
      exp: 1_800_000_600,
      end: 1_800_000_600,
    });
    token = async () => ({ expiresAt: now + 100_000 });
    expect((await ticket({ way: "token" })).claims).toMatchObject({ end: 1_800_043_200 });
  });

  test("that is refused says so, and is metered, but for one that has expired", async () => {
    for (const reason of ["token-over", "token-refused"] as const) {
      token = async () => ({ reason });
      for (let time = 0; time < 30; time++)
        expect(await enter(request({ way: "token" }), services)).toEqual({ reason });
    }
    expect(await enter(request({ way: "token" }), services)).toMatchObject({ reason: "too-often" });
  });

  test("whose site can't be asked counts as no try", async () => {
    token = async () => {
      throw new Error("the site is away");
    };
    for (let time = 0; time < 40; time++)
      await expect(enter(request({ way: "token" }), services)).rejects.toThrow("the site is away");
  });
});

describe("a personal link", () => {
  const until = 1_800_007_200;
  const link = (more: object = {}) =>
    writeLink({ id: "k3Jd82hs", seats: 2, until, generation: 3, ...more }, "any key");
  const byLink = (more: Partial<EntryRequest> = {}) => ({ way: "link" as const, value: link(), ...more });

  test("gives a ticket for five minutes, and a seat as long, to which its viewer has to come back", async () => {
    const { claims, seconds } = await ticket(byLink());
    expect(seconds).toBe(300);
    expect(claims).toMatchObject({ exp: 1_800_000_300, end: 1_800_000_300 });
    expect(taken).toEqual([
      [expect.objectContaining({ id: "k3Jd82hs", seats: 2 }), "a-viewer-1", 1_800_000_300],
    ]);
    await ticket(byLink({ viewer: "who-it-was" }));
    expect(taken[1]).toContain("who-it-was");
  });

  test("gives none beyond its day", async () => {
    expect((await ticket(byLink({ isLasting: true }))).claims.exp).toBe(until);
    expect((await ticket(byLink({ value: link({ until: 1_800_000_060 }) }))).seconds).toBe(60);
  });

  test("by which as many watch as may says so", async () => {
    isFull = true;
    expect(await enter(request(byLink()), services)).toEqual({ reason: "link-full" });
  });

  test("is heard 300 times in ten minutes", async () => {
    for (let time = 0; time < 300; time++) await ticket(byLink());
    expect(await enter(request(byLink()), services)).toMatchObject({ reason: "too-often" });
    expect(await enter(request(byLink({ value: link({ id: "another1" }) })), services)).toHaveProperty(
      "ticket",
    );
  });
});

describe("over HTTP", () => {
  const salt = randomBytes(8).toString("hex");
  const event = passwordEvent as unknown as LambdaFunctionURLEvent;

  test("the edge's request is read, with a hash in place of the address", () => {
    const read = requestOf(event, salt);
    expect(read).toMatchObject({
      way: "password",
      value: encoded("correct hörse"),
      viewer: undefined,
      isLasting: false,
      generation: 1,
      swarm: "RXtwmIrj-C",
    });
    expect(JSON.stringify(read)).not.toContain("198.51.100.7");
    expect(requestOf(event, "another").network).not.toBe(read.network);
  });

  test("so is one by a viewer who has a ticket and can't renew it, and one without anything", () => {
    const { headers } = event;
    const known = {
      ...event,
      headers: { ...headers, "x-shoal-viewer": "a-viewer-1" },
      queryStringParameters: { lasting: "1" },
    };
    expect(requestOf(known, salt)).toMatchObject({ viewer: "a-viewer-1", isLasting: true });
    expect(requestOf({ ...event, headers: {} }, salt)).toMatchObject({ way: "", value: "", swarm: "" });
  });

  test("outcomes are answered with statuses that CloudFront never remembers", async () => {
    const given = await enter(request(), services);
    expect(responseTo(given)).toMatchObject({ statusCode: 200, headers: { "cache-control": "no-store" } });
    expect(JSON.parse(responseTo(given).body ?? "")).toHaveProperty("ticket");
    expect(responseTo({ reason: "link-full" })).toMatchObject({
      statusCode: 401,
      body: '{"reason":"link-full"}',
    });
    expect(responseTo({ reason: "too-often", retryAfterSeconds: 42 })).toMatchObject({
      statusCode: 429,
      headers: { "retry-after": "42" },
    });
  });
});
