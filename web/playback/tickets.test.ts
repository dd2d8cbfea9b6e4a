import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PassSource } from "./pass.ts";
import { Tickets, withoutTicket } from "./tickets.ts";

const LIVE = "https://live.example.com";
const HLS = `${LIVE}/out/v1/shoal/index.m3u8`;
const reply = (ticket: string, more: object = {}) => ({
  ticket,
  viewer: "a-viewer-1",
  swarm: "a-swarm-01",
  seconds: 900,
  ...more,
});

let asked: string[];
let passes: (string | null)[];
/** What the edge answers next: a reply, or a status. */
let answers: (object | number)[];

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = [reply("first")];
  passes = [];
  vi.stubGlobal("fetch", async (url: URL, { headers = {} }: { headers?: Record<string, string> }) => {
    asked.push(url.href);
    passes.push(headers["x-shoal-pass"] ?? null);
    const answer = answers.shift() ?? 503;
    if (typeof answer === "object" && "reason" in answer)
      return new Response(JSON.stringify(answer), { status: 401 });
    return typeof answer === "number"
      ? new Response("", { status: answer })
      : new Response(JSON.stringify(answer));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const open = (source: PassSource | null = null) => Tickets.get(new URL("/ticket", LIVE), source);
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

test("the deployment's addresses get the ticket, with their queries; others stay as they are", async () => {
  const tickets = await open();
  expect(asked).toEqual([`${LIVE}/ticket`]);
  expect(tickets.address(`${HLS}?token=1`)).toBe(`${LIVE}/t/first/out/v1/shoal/index.m3u8?token=1`);
  expect(tickets.current("wss://live.example.com/tracker?player=2")).toBe(
    "wss://live.example.com/t/first/tracker?player=2",
  );
  expect(tickets.address("https://elsewhere.example/a.m4s")).toBe("https://elsewhere.example/a.m4s");
  expect(tickets).toMatchObject({ viewer: "a-viewer-1", swarm: "a-swarm-01" });
});

test("players see addresses without it", () => {
  expect(withoutTicket(`${LIVE}/t/first/out/v1/a.m4s?x=1`)).toBe(`${LIVE}/out/v1/a.m4s?x=1`);
  for (const plain of [HLS, `${LIVE}/t/`, "dash-main-1", `${LIVE}/out/t/a/b`]) {
    expect(withoutTicket(plain)).toBe(plain);
  }
});

test("what gives passes may fail, which is tried again as an outage is", async () => {
  let isBroken = false;
  const tickets = await open(() => {
    if (isBroken) throw new TypeError("The page's own code");
    return { way: "token", value: "words" };
  });
  isBroken = true;
  answers = [];
  await pass(449);
  tickets.address(HLS);
  await pass(2);
  tickets.address(HLS);
  await pass(0);
  expect(tickets.refusal).toBeNull();
});

test("it is renewed in the background once half of its time has passed, and nobody waits for that", async () => {
  const tickets = await open();
  await pass(449);
  tickets.address(HLS);
  expect(asked).toHaveLength(1);
  answers = [reply("second")];
  await pass(1);
  expect(tickets.address(HLS)).toContain("/t/first/");
  expect(tickets.address(HLS)).toContain("/t/first/");
  await pass(0);
  expect(asked.slice(1)).toEqual([`${LIVE}/t/first/ticket`]);
  expect(tickets.address(HLS)).toContain("/t/second/");
});

test("a renewal that fails is made again after 5 s, with the old ticket in use meanwhile", async () => {
  const tickets = await open();
  await pass(450);
  tickets.address(HLS);
  await pass(4);
  expect(tickets.address(HLS)).toContain("/t/first/");
  expect(asked).toHaveLength(2);
  answers = [reply("second")];
  await pass(2);
  tickets.address(HLS);
  await pass(0);
  expect(tickets.address(HLS)).toContain("/t/second/");
});

test("what is asked for with an expired ticket waits for the next", async () => {
  const tickets = await open();
  await pass(3600);
  answers = [reply("second")];
  expect(await tickets.address(HLS)).toContain("/t/second/");
});

test("if the next doesn't come either, the old one has to do for 5 s", async () => {
  const tickets = await open();
  await pass(3600);
  expect(await tickets.address(HLS)).toContain("/t/first/");
  expect(tickets.address(HLS)).toContain("/t/first/");
  expect(asked).toHaveLength(2);
});

test("a refused ticket is replaced before the next request, but not one that has just come", async () => {
  const tickets = await open();
  tickets.refused();
  expect(tickets.address(HLS)).toContain("/t/first/");
  await pass(6);
  answers = [reply("second")];
  tickets.refused();
  expect(await tickets.address(HLS)).toContain("/t/second/");
});

test("if the edge doesn't know the ticket any more, a new viewer's is taken", async () => {
  const tickets = await open();
  await pass(3600);
  answers = [401, reply("other", { viewer: "a-viewer-2" })];
  expect(await tickets.address(HLS)).toContain("/t/other/");
  expect(asked.slice(1)).toEqual([`${LIVE}/t/first/ticket`, `${LIVE}/ticket`]);
  expect(tickets.viewer).toBe("a-viewer-2");
});

test("when the swarms are renamed, who listens is told, once", async () => {
  const tickets = await open();
  const heard: string[] = [];
  const stop = tickets.onChange(() => heard.push(tickets.swarm));
  for (const swarm of ["a-swarm-01", "a-swarm-02", "a-swarm-02"]) {
    await pass(3600);
    answers = [reply("next", { swarm })];
    await tickets.address(HLS);
  }
  expect(heard).toEqual(["a-swarm-02"]);
  stop();
  await pass(3600);
  answers = [reply("next", { swarm: "a-swarm-03" })];
  await tickets.address(HLS);
  expect(heard).toHaveLength(1);
});

test("a player that can't change its address gets one that lasts", async () => {
  const tickets = await open();
  answers = [reply("long")];
  expect(await tickets.lasting(HLS)).toBe(`${LIVE}/t/long/out/v1/shoal/index.m3u8`);
  expect(asked.at(-1)).toBe(`${LIVE}/t/first/ticket?lasting=1`);
});

test.each([
  ["an error status", 503, "https://live.example.com/ticket answered 503."],
  ["something else", {}, "https://live.example.com/ticket gave no ticket."],
  ["a ticket without its time", reply("x", { seconds: "900" }), "gave no ticket"],
  ["an empty ticket", reply(""), "gave no ticket"],
  ["null", [], "gave no ticket"],
])("%s instead of a ticket is an error that says so", async (_, answer, message) => {
  answers = [answer];
  await expect(open()).rejects.toThrow(message);
});

test("text instead of a ticket is an error that says so", async () => {
  vi.stubGlobal("fetch", async () => new Response("<!doctype html>"));
  await expect(open()).rejects.toThrow("gave no ticket");
  vi.stubGlobal("fetch", async () => new Response("null"));
  await expect(open()).rejects.toThrow("gave no ticket");
});

describe("of a private stream", () => {
  const words: PassSource = () => ({ way: "password", value: "words" });
  const link: PassSource = () => ({ way: "link", value: "a.link" });
  const paths = () => asked.map((address) => address.replace(LIVE, ""));

  test("it is got with a password, and renewed without", async () => {
    const tickets = await open(words);
    await pass(450);
    answers = [reply("second")];
    tickets.address(HLS);
    await pass(0);
    expect(paths()).toEqual(["/ticket?by=password", "/t/first/ticket"]);
    expect(passes).toEqual(["password d29yZHM", null]);
  });

  test("when it can't be renewed, its viewer enters again, as the same if the edge still knows it", async () => {
    const tickets = await open(words);
    await pass(3600);
    answers = [401, 401, reply("other")];
    expect(await tickets.address(HLS)).toContain("/t/other/");
    expect(paths().slice(1)).toEqual([
      "/t/first/ticket",
      "/t/first/ticket?by=password",
      "/ticket?by=password",
    ]);
  });

  test("a link's is renewed by the link, which keeps its seat", async () => {
    const tickets = await open(link);
    await pass(450);
    answers = [reply("second")];
    tickets.address(HLS);
    await pass(0);
    expect(paths()).toEqual(["/ticket?by=link", "/t/first/ticket?by=link"]);
    answers = [reply("long")];
    expect(await tickets.lasting(HLS)).toContain("/t/long/");
    expect(passes).toEqual(["link a.link", "link a.link", "link a.link"]);
  });

  test("whoever reloads the page keeps the link's seat, and who has no memory doesn't mind", async () => {
    const kept = new Map<string, string>();
    vi.stubGlobal("sessionStorage", {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    });
    await open(link);
    answers = [reply("second")];
    await open(link);
    answers = [401, reply("third")];
    await open(link);
    expect(paths()).toEqual([
      "/ticket?by=link",
      "/t/first/ticket?by=link",
      "/t/second/ticket?by=link",
      "/ticket?by=link",
    ]);
    await expect(open(words)).rejects.toThrow();
    expect(paths().at(-1)).toBe("/ticket?by=password");
  });

  test("is refused with words for the viewer", async () => {
    answers = [{ reason: "link-full" }];
    await expect(open(link)).rejects.toMatchObject({
      name: "TicketError",
      message: expect.stringContaining("in use"),
      reason: "link-full",
      ways: [],
    });
    answers = [{ reason: "pass-needed", ways: ["link", "password"] }];
    await expect(open()).rejects.toMatchObject({ ways: ["link", "password"], retryAfterSeconds: null });
    answers = [{ reason: "constructor" }];
    await expect(open()).rejects.toMatchObject({ reason: null, message: `${LIVE}/ticket answered 401.` });
  });

  test("who finds the link in use is told so, asks once a minute, and is told when there is room", async () => {
    const tickets = await open(link);
    const heard: unknown[] = [];
    tickets.onChange(() => heard.push(tickets.refusal));
    await pass(6);
    answers = [{ reason: "link-full" }];
    tickets.refused();
    await pass(0);
    expect(tickets.refusal).toBe("link-full");
    tickets.refused();
    await pass(59);
    expect(tickets.address(HLS)).toContain("/t/first/");
    expect(asked).toHaveLength(2);
    answers = [{ reason: "link-full" }, reply("second", { swarm: "a-swarm-02" })];
    await pass(1);
    await tickets.address(HLS);
    await pass(60);
    expect(await tickets.address(HLS)).toContain("/t/second/");
    expect(heard).toEqual(["link-full", null]);
    expect(tickets.refusal).toBeNull();
  });

  test("a password that was changed is tried once, since wrong ones are counted", async () => {
    const tickets = await open(words);
    await pass(3600);
    answers = [401, { reason: "wrong-password" }, 401, { reason: "pass-needed" }];
    await tickets.address(HLS);
    expect(tickets.refusal).toBe("wrong-password");
    await pass(600);
    await tickets.address(HLS);
    expect(tickets.refusal).toBe("pass-needed");
    expect(passes.slice(1)).toEqual([null, "password d29yZHM", null, null]);
  });

  test("what won't get right by itself is tried when the page has another pass", async () => {
    let value = "h.old.s";
    const tickets = await open(() => ({ way: "token", value }));
    tickets.passChanged();
    expect(asked).toHaveLength(1);
    await pass(3600);
    answers = [401, { reason: "token-over" }];
    await tickets.address(HLS);
    await pass(599);
    await tickets.address(HLS);
    expect(asked).toHaveLength(3);
    value = "h.new.s";
    answers = [401, reply("second")];
    tickets.passChanged();
    await pass(0);
    expect(passes.at(-1)).toBe("token h.new.s");
    expect(tickets.refusal).toBeNull();
  });

  test("a wait that the deployment asks for is told", async () => {
    vi.stubGlobal(
      "fetch",
      async () => new Response('{"reason":"too-often"}', { status: 429, headers: { "retry-after": "120" } }),
    );
    await expect(open(words)).rejects.toMatchObject({ reason: "too-often", retryAfterSeconds: 120 });
  });
});
