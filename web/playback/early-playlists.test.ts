import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ticketsFor } from "../../test/doubles/tickets.ts";
import { EarlyPlaylists, firstPlaylistsIn } from "./early-playlists.ts";

const MULTIVARIANT = `#EXTM3U
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="text",URI="s/index.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="sound",DEFAULT=YES,URI="a/index.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=3000000,AUDIO="a"
v0/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=800000,AUDIO="a"
v1/index.m3u8
`;
const AT = "https://cdn.test/live/index.m3u8";
const answers = new Map<string, string>();
const asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  answers.clear();
  asked.length = 0;
  answers
    .set(AT, MULTIVARIANT)
    .set("https://cdn.test/live/v0/index.m3u8", "#EXTM3U video")
    .set("https://cdn.test/live/a/index.m3u8", "#EXTM3U audio");
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const text = answers.get(address.replace(/\?.*/, ""));
    return text === undefined ? new Response("", { status: 404 }) : new Response(text);
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a player begins with the first variant and the first audio rendition", () => {
  expect(firstPlaylistsIn(MULTIVARIANT)).toEqual(["v0/index.m3u8", "a/index.m3u8"]);
  expect(firstPlaylistsIn(MULTIVARIANT.replaceAll("\n", "\r\n"))).toEqual(["v0/index.m3u8", "a/index.m3u8"]);
});

test("a stream with the audio in its variants, and a media playlist, name no more than they have", () => {
  expect(firstPlaylistsIn("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n# a comment\nv0.m3u8")).toEqual([
    "v0.m3u8",
  ]);
  expect(firstPlaylistsIn("#EXTM3U\n#EXTINF:2,\n1.m4s")).toEqual([]);
});

test("the multivariant playlist is fetched at once, and those that it names after it", async () => {
  const early = new EarlyPlaylists(AT);
  expect(asked).toEqual([AT]);
  expect((await early.take(AT))?.text).toBe(MULTIVARIANT);
  expect(asked.slice(1)).toEqual([
    "https://cdn.test/live/v0/index.m3u8",
    "https://cdn.test/live/a/index.m3u8",
  ]);
  expect((await early.take("https://cdn.test/live/a/index.m3u8"))?.text).toBe("#EXTM3U audio");
});

test("whoever was handed the multivariant playlist finds those that it names", async () => {
  const early = new EarlyPlaylists(AT);
  await early.take(AT);
  expect(early.take("https://cdn.test/live/v0/index.m3u8")).not.toBeNull();
});

test("each is handed out once, since a live playlist changes", async () => {
  const early = new EarlyPlaylists(AT);
  await early.take(AT);
  expect(early.take(AT)).toBeNull();
  expect(early.take("https://cdn.test/live/v1/index.m3u8")).toBeNull();
});

test("what the stream's address is signed with goes along, and a player asks without it", async () => {
  const early = new EarlyPlaylists(`${AT}?token=1`);
  await early.take(`${AT}?token=1`);
  expect(asked).toContain("https://cdn.test/live/v0/index.m3u8?token=1");
  expect(early.take("https://cdn.test/live/v0/index.m3u8")).not.toBeNull();
});

test("what can't be fetched, or isn't a playlist, rejects and names nothing", async () => {
  answers.delete(AT);
  await expect(new EarlyPlaylists(AT).take(AT)).rejects.toThrow("answered 404");
  answers.set(AT, "<html>");
  await expect(new EarlyPlaylists(AT).take(AT)).rejects.toThrow(AT);
  expect(asked).toEqual([AT, AT]);
});

test("a playlist that lay for long is refused, since its segments may be gone", async () => {
  const early = new EarlyPlaylists(AT);
  await early.take(AT);
  await vi.advanceTimersByTimeAsync(11_000);
  await expect(early.take("https://cdn.test/live/v0/index.m3u8")).rejects.toThrow("out of date");
});

test("they are fetched with the ticket, and a player asks without it", async () => {
  const tickets = await ticketsFor(AT);
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const response = new Response(answers.get(address.replace("/t/a-ticket", "")));
    return Object.defineProperty(response, "url", { value: address });
  });
  const early = new EarlyPlaylists(AT, tickets);
  expect(await early.take(AT)).toMatchObject({ text: MULTIVARIANT, address: AT });
  expect(asked).toEqual([
    "https://cdn.test/t/a-ticket/live/index.m3u8",
    "https://cdn.test/t/a-ticket/live/v0/index.m3u8",
    "https://cdn.test/t/a-ticket/live/a/index.m3u8",
  ]);
  expect(early.take("https://cdn.test/live/v0/index.m3u8")).not.toBeNull();
});
