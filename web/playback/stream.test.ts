import { afterEach, expect, test, vi } from "vitest";
import { ticketReply } from "../../test/doubles/tickets.ts";
import { limitSharing, readStream, streamOf } from "./stream.ts";

const CONFIG = {
  channel: "shoal",
  hls: "/out/v1/shoal/live/cmaf/index.m3u8",
  dash: "/out/v1/shoal/live/cmaf/index.mpd",
  tracker: "/tracker",
  signatures: { path: "/signatures/out/v1/shoal/live/cmaf/", publicKeys: ["BAq1", "BBr2"] },
  reports: { path: "/reports", pace: "/reports.json" },
  stunServers: ["stun:one:3478"],
  sharing: {
    mode: "leech" as const,
    ramp: 0.5,
    control: 0.02,
    consent: "ask" as const,
    above: 10,
    reach: "lan" as const,
  },
  delaySeconds: null,
};
const stream = streamOf(CONFIG, new URL("https://live.example.com/config.json"));

test("a deployment's paths become absolute addresses, so that any page can play it", () => {
  expect(stream).toMatchObject({
    hls: "https://live.example.com/out/v1/shoal/live/cmaf/index.m3u8",
    dash: "https://live.example.com/out/v1/shoal/live/cmaf/index.mpd",
    trackers: ["wss://live.example.com/tracker"],
    reportsTo: {
      address: "https://live.example.com/reports",
      pace: "https://live.example.com/reports.json",
    },
    signatures: {
      address: "https://live.example.com/signatures/out/v1/shoal/live/cmaf/",
      publicKeys: ["BAq1", "BBr2"],
    },
  });
});

test("a deployment of before there were signatures and reports has none", () => {
  const { signatures: _, reports: __, ...older } = CONFIG;
  const stream = streamOf(older, new URL("https://live.example.com/config.json"));
  expect(stream).toMatchObject({ signatures: null, reportsTo: null });
});

test("a deployment on plain HTTP, as on a laptop, has a plain tracker", () => {
  expect(streamOf(CONFIG, new URL("http://localhost:8080/config.json")).trackers).toEqual([
    "ws://localhost:8080/tracker",
  ]);
});

test.each([
  ["on", "leech"],
  ["leech", "leech"],
  ["off", "off"],
] as const)("a page that asks for %s where the deployment allows leech gets %s", (asked, got) => {
  expect(limitSharing(stream, asked).policy).toEqual({ ...CONFIG.sharing, mode: got });
});

afterEach(() => vi.unstubAllGlobals());

const answering = (body: string, status = 200) =>
  vi.stubGlobal("fetch", async () => new Response(body, { status }));

test("a deployment is read from its configuration, with a ticket that is fetched meanwhile", async () => {
  answering(JSON.stringify({ ...CONFIG, ...ticketReply }));
  const { tickets, ...read } = await readStream("https://live.example.com");
  expect(read).toEqual(stream);
  expect(tickets?.address(stream.hls)).toBe(
    "https://live.example.com/t/a-ticket/out/v1/shoal/live/cmaf/index.m3u8",
  );
  const asked = vi.spyOn(globalThis, "fetch");
  for (const deployment of ["https://a.example/shoal", "https://a.example/shoal/"]) {
    asked.mockClear();
    const reading = readStream(deployment);
    expect(asked.mock.calls.map(([url]) => `${url}`)).toEqual([
      "https://a.example/shoal/config.json",
      "https://a.example/shoal/ticket",
    ]);
    await reading;
  }
});

test("a private deployment gives a ticket to who brings a pass, whether it is known or asked for", async () => {
  const passes: unknown[] = [];
  vi.stubGlobal("fetch", async (url: URL, { headers }: RequestInit = {}) => {
    if (url.pathname === "/config.json") return new Response(JSON.stringify(CONFIG));
    passes.push(headers);
    return new Response(JSON.stringify(ticketReply));
  });
  await readStream("https://live.example.com", { link: "https://live.example.com/#link=a.1" });
  await readStream("https://live.example.com", () => ({ way: "token", value: "h.c.s" }));
  await readStream("https://live.example.com", () => null);
  expect(passes).toEqual([{ "x-shoal-pass": "link a.1" }, { "x-shoal-pass": "token h.c.s" }, undefined]);
});

test("a deployment that gives no ticket is reported with that address", async () => {
  vi.stubGlobal("fetch", async (url: URL) =>
    url.pathname === "/ticket" ? new Response("", { status: 503 }) : new Response(JSON.stringify(CONFIG)),
  );
  await expect(readStream("https://live.example.com")).rejects.toThrow("/ticket answered 503");
});

test.each([
  ["a page", "<!doctype html>"],
  ["some other JSON", "{}"],
])("%s instead of the configuration is an error that says so", async (_, body) => {
  answering(body);
  await expect(readStream("https://live.example.com")).rejects.toThrow(
    "https://live.example.com/config.json isn't the configuration of a deployment of Shoal.",
  );
});

test("a deployment's error status is reported with its address", async () => {
  answering("", 503);
  await expect(readStream("https://live.example.com")).rejects.toThrow("config.json answered 503");
});
