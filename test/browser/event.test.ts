import { readFile } from "node:fs/promises";
import { MediaLiveClient, StopChannelCommand } from "@aws-sdk/client-medialive";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTable, type Table } from "../../functions/record/dynamodb.ts";
import { type EventDetails, parseDetails } from "../../functions/record/event-details.ts";
import { pictureOf } from "../../functions/record/pictures.ts";
import { writeDetails, writePicture } from "../../functions/record/record.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import type { Shoal } from "../../local/shoal.ts";
import { Publisher } from "../stack/publishing/publication.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack, streamKey } from "./stack.ts";
import { Viewer } from "./viewer.ts";

/** Any picture does: here the README's, of the player. */
const poster = await readFile(new URL("../../docs/images/player.png", import.meta.url));

const HOUR = 3_600_000;

/** One show from before its beginning to after its end, on one page that nobody touches. */
inBrowser("the event page", (browser) => {
  let shoal: Shoal;
  let table: Table;
  let viewer: Viewer;
  let publisher: Publisher | undefined;
  let details: EventDetails;
  let pictureSince = 0;

  beforeAll(async () => {
    shoal = await startStack({ testCard: false });
    const { channelTable: name, dynamoDbEndpoint: endpoint } = shoal.running;
    table = openTable({ ...LOCAL_AWS, name, endpoint });
    const picture = pictureOf(poster);
    await writePicture(table, picture.name, poster);
    await edit({
      title: 'Spring <concert> & "more"',
      description: "First line.\n\nWith the youth orchestra.",
      startsAt: new Date(Date.now() + HOUR).toISOString(),
      poster: picture,
      showsViewers: true,
    });
  });
  afterAll(async () => {
    await publisher?.kill();
    await viewer?.close();
    await shoal?.stop();
  });

  async function edit(changes: Partial<EventDetails>): Promise<void> {
    details = parseDetails({ ...details, address: shoal.url, ...changes });
    await writeDetails(table, details);
  }

  const says = (text: string | RegExp) => viewer.page.getByText(text).filter({ visible: true });
  /** How much the page has moved under its viewer (https://web.dev/articles/cls). */
  const shifts = () =>
    viewer.page.evaluate<number>(
      "new Promise((seen) => { new PerformanceObserver((list) => seen(list.getEntries().reduce((sum, { value }) => sum + value, 0))).observe({ type: 'layout-shift', buffered: true }); setTimeout(seen, 300, 0); })",
    );

  test("tells a chat app what it is, and everyone without a script when it begins", async () => {
    const page = async () => (await fetch(shoal.url)).text();
    // Until the channel has told that it runs and waits, nobody knows where the event stands.
    await expect.poll(page, { timeout: 20_000 }).toContain('data-standing="waiting"');
    const html = await page();
    expect(html).toContain(
      '<meta property="og:title" content="Spring &lt;concert&gt; &amp; &quot;more&quot;">',
    );
    const image = /<meta property="og:image" content="([^"]+)">/.exec(html)?.[1] ?? "";
    expect((await fetch(image)).headers.get("content-type")).toBe("image/png");
    const [, oembed = ""] = /type="application\/json\+oembed" href="([^"]+)"/.exec(html) ?? [];
    expect(await (await fetch(oembed)).json()).toMatchObject({ type: "video", title: details.title });
    expect(html).toContain(`<time datetime="${details.startsAt}">`);
  });

  test("counts down before it, at 320 px, in the dark and in the light, for everyone", async () => {
    viewer = await Viewer.open(browser, shoal.url, { viewport: { width: 320, height: 640 }, isPhone: true });
    await says(/^in \d+:\d\d/).waitFor();
    const counted = await viewer.page.locator("#countdown").textContent();
    await expect
      .poll(() => viewer.page.locator("#countdown").textContent(), { timeout: 5_000 })
      .not.toBe(counted);
    for (const colorScheme of ["dark", "light"] as const) {
      await viewer.page.emulateMedia({ colorScheme });
      expect(await brokenRulesOn(viewer.page), colorScheme).toEqual([]);
    }
    expect(await viewer.page.evaluate<number>("document.documentElement.scrollWidth")).toBe(320);
  });

  test("turns into the picture by itself, and nothing moves", async () => {
    const before = await shifts();
    publisher = new Publisher({
      url: `rtmp://127.0.0.1:${shoal.ingestPort}/live/${streamKey}`,
      video: { codec: "h264", width: 640, height: 360, colour: [81, 90, 240] },
      audio: { codec: "aac" },
    });
    await expect.poll(() => viewer.frameColour(), { timeout: 40_000 }).toBe("red");
    await viewer.page.locator("#badge").waitFor();
    expect(await viewer.page.locator("#cover").isVisible()).toBe(false);
    await says("1 watching").waitFor();
    pictureSince = Date.now();
    expect(await shifts()).toBe(before);
    expect(await brokenRulesOn(viewer.page)).toEqual([]);
  });

  test("shows an edit within ten seconds", async () => {
    await edit({ title: "Autumn concert" });
    await says("Autumn concert").waitFor({ timeout: 10_000 });
  });

  test("says that it is back soon when the publisher is gone, and that it has ended when the channel is stopped", async () => {
    // What is shorter was no picture, but a channel that hadn't missed its publisher yet.
    await expect.poll(() => Date.now() - pictureSince, { timeout: 15_000 }).toBeGreaterThan(10_000);
    await publisher?.kill();
    await says("Back soon").waitFor({ timeout: 30_000 });
    const media = new MediaLiveClient({ ...LOCAL_AWS, endpoint: shoal.running.mediaLiveEndpoint });
    await media.send(new StopChannelCommand({ ChannelId: shoal.running.channelId }));
    await edit({ startsAt: null });
    await says("This event has ended").waitFor({ timeout: 40_000 });
    expect(await viewer.page.locator("video").count()).toBe(0);
    expect(viewer.crashes).toEqual([]);
  });
});
