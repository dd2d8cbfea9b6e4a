import { beforeEach, expect, test, vi } from "vitest";
import type { ChannelRecord } from "../record/broadcast.ts";
import { parseDetails } from "../record/event-details.ts";
import { EventSite } from "./event-site.ts";
import { pagesFrom } from "./pages.ts";

const pages = pagesFrom(
  new Map([
    [
      "/index.html",
      Buffer.from('<html lang="en"><!--head--><title>Shoal</title><!--/head--><div id="stage">'),
    ],
    ["/embed.html", Buffer.from("embed")],
  ]),
);
const poster = { name: "abcdefghijklmnopqrstuv.png", width: 1280, height: 720 };
const logo = { name: "abcdefghijklmnopqrstuv.jpg", width: 9, height: 9 };
const details = parseDetails({ title: "A concert", address: "https://live.example.com/", poster, logo });
const EVENT: ChannelRecord = { details, broadcast: null };
const NOTHING: ChannelRecord = { details: null, broadcast: null };

let now: number;
let record: ChannelRecord | Error;
let sources: ReturnType<typeof sourcesNow>;
let site: EventSite;

const sourcesNow = () => ({
  readRecord: vi.fn(async () => {
    if (record instanceof Error) throw record;
    return record;
  }),
  readPicture: vi.fn(async (): Promise<Buffer | null> => Buffer.from("bytes")),
  now: () => now,
  warn: vi.fn(),
});

beforeEach(() => {
  now = 1_000_000;
  record = EVENT;
  sources = sourcesNow();
  site = new EventSite(pages, sources);
});

const get = (rawPath: string, headers: Record<string, string> = {}) => site.respond({ rawPath, headers });

test("the entry page carries the event, and is kept as long as without", async () => {
  for (const path of ["/", "/index.html", "/index"]) {
    const answer = await get(path);
    expect(answer?.body).toContain("<title>A concert</title>");
    expect(answer?.headers).toMatchObject({ "cache-control": "public, max-age=0, s-maxage=60" });
  }
  const etag = String((await get("/"))?.headers?.["etag"]);
  expect(await get("/", { "if-none-match": etag })).toMatchObject({ statusCode: 304 });
});

test("without an event, and for other pages, it has nothing to say", async () => {
  expect(await get("/embed.html")).toBeNull();
  expect(await get("/assets/gone.js")).toBeNull();
  record = NOTHING;
  now += 1000;
  expect(await get("/")).toBeNull();
});

test("the event is kept at the edge for two seconds", async () => {
  const answer = await get("/event.json");
  expect(JSON.parse(String(answer?.body))).toEqual({ details, standing: null, since: null, ink: null, now });
  expect(answer?.headers).toMatchObject({ "cache-control": "public, max-age=0, s-maxage=2" });
});

test("many requests in half a second read the record once", async () => {
  await Promise.all([get("/event.json"), get("/event.json"), get("/")]);
  now += 499;
  await get("/event.json");
  expect(sources.readRecord).toHaveBeenCalledOnce();
  now += 1;
  await get("/event.json");
  expect(sources.readRecord).toHaveBeenCalledTimes(2);
});

test("while the record can't be read, the page is as it was, and nobody is told that the event is gone", async () => {
  await get("/");
  record = new Error("no table");
  now += 1000;
  expect((await get("/"))?.body).toContain("A concert");
  expect(await get("/event.json")).toMatchObject({
    statusCode: 503,
    headers: { "cache-control": "no-store" },
  });
  expect(await get("/oembed.json")).toMatchObject({ statusCode: 200 });
  expect(sources.warn).toHaveBeenCalledExactlyOnceWith("The channel's record can't be read: Error: no table");
});

test("a new instance without a table serves the plain page", async () => {
  record = new Error("no table");
  expect(await get("/")).toBeNull();
});

test("oEmbed is there as soon as there is an event", async () => {
  expect(JSON.parse(String((await get("/oembed.json"))?.body))).toMatchObject({ title: "A concert" });
  record = NOTHING;
  now += 1000;
  expect(await get("/oembed.json")).toMatchObject({ statusCode: 404 });
});

test("the event's pictures may be kept for ever", async () => {
  expect(await get(`/pictures/${poster.name}`)).toEqual({
    statusCode: 200,
    headers: { "content-type": "image/png", "cache-control": "public, max-age=31536000, immutable" },
    body: Buffer.from("bytes").toString("base64"),
    isBase64Encoded: true,
  });
  expect((await get(`/pictures/${logo.name}`))?.headers).toMatchObject({ "content-type": "image/jpeg" });
});

test("made-up names of pictures never reach the table", async () => {
  expect(await get("/pictures/vvvvvvvvvvvvvvvvvvvvvv.png")).toMatchObject({ statusCode: 404 });
  expect(sources.readPicture).not.toHaveBeenCalled();
});

test("a picture that can't be read isn't there", async () => {
  sources.readPicture.mockResolvedValueOnce(null).mockRejectedValueOnce(new Error("no table"));
  expect(await get(`/pictures/${poster.name}`)).toMatchObject({ statusCode: 404 });
  expect(await get(`/pictures/${poster.name}`)).toMatchObject({ statusCode: 404 });
});
