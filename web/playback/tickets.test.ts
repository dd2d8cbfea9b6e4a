import { afterEach, beforeEach, expect, test, vi } from "vitest";
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
/** What the edge answers next: a reply, or a status. */
let answers: (object | number)[];

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = [reply("first")];
  vi.stubGlobal("fetch", async (url: URL) => {
    asked.push(url.href);
    const answer = answers.shift() ?? 503;
    return typeof answer === "number"
      ? new Response("", { status: answer })
      : new Response(JSON.stringify(answer));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const open = () => Tickets.get(new URL("/ticket", LIVE));
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
  tickets.refused();
  answers = [reply("second")];
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
  const stop = tickets.onSwarm((swarm) => heard.push(swarm));
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
