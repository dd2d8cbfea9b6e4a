import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Broadcast } from "../record/broadcast.ts";
import { type EventDetails, parseDetails } from "../record/event-details.ts";
import { eventNow } from "./event-now.ts";
import { eventPage, oEmbed } from "./event-page.ts";

const html = readFileSync(new URL("../../web/index.html", import.meta.url), "utf8");
const poster = { name: "abcdefghijklmnopqrstuv.png", width: 1280, height: 720 };
const PLAIN = parseDetails({ title: "A concert", address: "https://live.example.com/" });
const WHOLE: EventDetails = {
  ...PLAIN,
  title: `"Us" & <them>'s`,
  description: "First line.\n\n<script>alert(1)</script>",
  startsAt: "2026-12-01T19:00:00.000Z",
  poster,
  logo: { ...poster, name: "vvvvvvvvvvvvvvvvvvvvvv.jpg" },
  colours: { accent: "#1d6fb8", background: "#ffe9c0" },
};

const broadcast = (isRunning: boolean, waiting: readonly string[], hadPicture = true): Broadcast => ({
  isRunning,
  pipelines: 1,
  waiting,
  hadPicture,
  changedAt: 7,
  stateAt: 7,
  alertsAt: {},
});
const LIVE = broadcast(true, []);

const page = (details: EventDetails | null, now: Broadcast | null = LIVE) =>
  eventPage(html, eventNow({ details, broadcast: now }, 9));

test("without an event the page is as it was built", () => {
  expect(page(null)).toBe(html);
});

test("what the broadcaster wrote is text, wherever it stands", () => {
  const written = page(WHOLE);
  expect(written).toContain("<title>&quot;Us&quot; &amp; &lt;them&gt;&#39;s</title>");
  expect(written).toContain("First line.\n\n&lt;script&gt;alert(1)&lt;/script&gt;</p>");
  expect(written.match(/<script/g)).toHaveLength(1);
});

test("link previews get the title, a summary in one line, and the poster by its whole address", () => {
  const written = page(WHOLE);
  for (const [name, content] of [
    ["og:description", "First line. &lt;script&gt;alert(1)&lt;/script&gt;"],
    ["og:url", "https://live.example.com/"],
    ["og:image", "https://live.example.com/pictures/abcdefghijklmnopqrstuv.png"],
    ["og:image:width", "1280"],
  ])
    expect(written).toContain(`<meta property="${name}" content="${content}">`);
  expect(written).toContain('content="summary_large_image"');
  expect(page(PLAIN)).toContain('<meta name="twitter:card" content="summary">');
  expect(page(PLAIN)).toContain('<meta property="og:description" content="A live stream.">');
  expect(page(PLAIN)).not.toContain("og:image");
});

test("the event's colours are the page's, with an ink that can be read", () => {
  expect(page(WHOLE)).toContain('style="--mark: #1d6fb8; --page: #ffe9c0; --ink: #000000;"');
  const dark = { ...PLAIN, colours: { accent: null, background: "#080808" } };
  expect(page(dark)).toContain('style="--page: #080808; --ink: #ffffff;"');
  expect(page(PLAIN)).toContain('class="event" style=""');
});

describe("what lies over the picture", () => {
  const cover = (written: string) =>
    /<div id="cover"(?: hidden)?>[\s\S]*?<div id="cover-words">.*/.exec(written)?.[0];

  test("nothing while it is live, and the page fetches all it needs early", () => {
    expect(page(WHOLE)).toContain('id="stage" data-standing="live" data-since="7"');
    expect(cover(page(WHOLE))).toContain('<div id="cover" hidden>');
    expect(cover(page(WHOLE))).not.toContain("<img");
    expect(page(WHOLE)).toContain('<span id="badge">Live');
    expect(page(WHOLE)).toContain('href="/ticket"');
  });
  test("before it: poster and time, and no ticket yet, which would be old by then", () => {
    const written = page(WHOLE, broadcast(true, ["0"], false));
    expect(cover(written)).toMatch(/<img id="poster" src="\/pictures\/\w+\.png" width="1280" height="720"/);
    expect(written).toMatch(
      /<time datetime="2026-12-01T19:00:00.000Z">Tuesday,? 1 December 2026 at 19:00 UTC<\/time>/,
    );
    expect(written).toContain(">Coming up<");
    expect(written).not.toContain('href="/ticket"');
    expect(written).not.toContain('href="/config.json"');
    expect(page(PLAIN, broadcast(true, ["0"], false))).toContain(">Not started yet<");
  });
  test("while the publisher is gone, and after the end", () => {
    expect(page(WHOLE, broadcast(true, ["0"]))).toContain(">Back soon<");
    expect(page(PLAIN, broadcast(false, []))).toContain(">This event has ended<");
    expect(page(WHOLE, broadcast(true, ["0"]))).toContain('<span id="badge" hidden>');
  });
  test("nothing while nobody has told anything", () => {
    expect(page(WHOLE, null)).toContain('data-standing="" data-since="0"');
    expect(cover(page(WHOLE, null))).toContain("hidden");
  });
});

test("oEmbed gives a frame with the player, and the poster if there is one", () => {
  expect(JSON.parse(oEmbed(WHOLE))).toEqual({
    version: "1.0",
    type: "video",
    title: WHOLE.title,
    provider_name: "Shoal",
    provider_url: "https://live.example.com/",
    html: expect.stringContaining('<iframe src="https://live.example.com/embed"'),
    width: 640,
    height: 360,
    thumbnail_url: "https://live.example.com/pictures/abcdefghijklmnopqrstuv.png",
    thumbnail_width: 1280,
    thumbnail_height: 720,
  });
  expect(JSON.parse(oEmbed(WHOLE)).html).toContain('title="&quot;Us&quot; &amp; &lt;them&gt;&#39;s"');
  expect(JSON.parse(oEmbed(PLAIN))).not.toHaveProperty("thumbnail_url");
});
