/** The module's own player: what a page can do with it, and what is left once it is destroyed. */

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { MEETING_SECONDS, until } from "../until.ts";
import { ExampleViewer } from "./example-viewer.ts";
import type { Site } from "./site.ts";

const page = (script: string) => `<!doctype html>
<div id="one" style="width: 320px; aspect-ratio: 16 / 9"></div>
<div id="two" style="width: 320px; aspect-ratio: 16 / 9"></div>
<script type="module">
  import { createPlayer, readStream } from "https://live.example.com/module/shoal.js";
  const stream = await readStream("https://live.example.com");
  const on = (id, options) => createPlayer(document.querySelector(id), { ...stream, ...options });
  ${script}
</script>`;

interface Left {
  sockets: number;
  connections: number;
  timers: number;
  listeners: number;
}

export function testModule(browser: Browser, site: Site): void {
  async function withPage(script: string, use: (page: Page) => Promise<void>): Promise<void> {
    const viewer = await ExampleViewer.open(browser, site.put("module-test.html", page(script)), {
      script: join(import.meta.dirname, "../in-page/count-leftovers.js"),
    });
    try {
      await use(viewer.page);
      expect(viewer.errors).toEqual([]);
    } finally {
      await viewer.close();
    }
  }

  test("the player pauses, plays, seeks back and to live, with an event for each", async () => {
    const script = `
      const player = window.player = on("#one");
      window.events = [];
      for (const event of ["play", "pause", "live", "firstFrame"]) player.on(event, () => events.push(event));`;
    await withPage(script, async (page) => {
      const emitted = (event: string) =>
        page.evaluate<boolean>(`window.events?.includes("${event}") ?? false`);
      const position = () => page.evaluate<number>("player.video.currentTime");
      await until("firstFrame was emitted", () => emitted("firstFrame"));
      await page.evaluate("player.pause()");
      await until("pause was emitted", () => emitted("pause"));
      await page.evaluate("player.play()");
      const live = await position();
      await page.evaluate("player.seekBehindLive(9)");
      await until("the playhead moved back", async () => (await position()) < live);
      await until("live was emitted", () => emitted("live"));
      expect(await page.evaluate("player.session.isLive")).toBe(false);
      // Still there after two more playlists.
      const back = await position();
      await page.waitForTimeout(4500);
      expect((await position()) - back).toBeLessThan(6);
      await page.evaluate("player.seekToLive()");
      await until("the playhead was at live", () => page.evaluate<boolean>("player.session.isLive"));
    });
  });

  test("a player that is paused before its first frame stays paused and unmuted", async () => {
    const script = `
      const player = window.player = on("#one", { muted: false });
      player.on("firstFrame", () => (window.hasFrame = true));
      player.pause();`;
    await withPage(script, async (page) => {
      await until("firstFrame was emitted", () => page.evaluate<boolean>("window.hasFrame === true"));
      await page.waitForTimeout(1000);
      expect(await page.evaluate("[player.video.paused, player.video.muted]")).toEqual([true, false]);
    });
  });

  test("a mode that a page sets is kept, and emits an event", async () => {
    const script = `
      const player = window.player = on("#one");
      player.on("mode", (mode) => (window.mode = mode));
      player.sharing = "leech";`;
    await withPage(script, async (page) => {
      await until("mode was emitted", () => page.evaluate<boolean>('window.mode === "leech"'));
      expect(await page.evaluate("player.sharing")).toBe("leech");
    });
  });

  test("two players on one page play", async () => {
    await withPage('window.players = [on("#one"), on("#two", { sharing: "off" })];', async (page) => {
      for (const index of [0, 1]) {
        await until(`player ${index} played`, () =>
          page.evaluate<boolean>(`window.players?.[${index}]?.video.currentTime > 1`),
        );
      }
    });
  });

  test("two players of one stream on one page are two peers, for each other and for a third viewer", async () => {
    await withPage('window.players = [on("#one"), on("#two")];', async (page) => {
      const peersOf = (index: number) =>
        page.evaluate<number>(`window.players?.[${index}]?.stats.peersNow ?? 0`);
      const areConnected = async () => (await peersOf(0)) === 1 && (await peersOf(1)) === 1;
      await until("the two were connected", areConnected, MEETING_SECONDS);
      const third = await ExampleViewer.open(browser, `${site.deployment}/#token=${site.token}`);
      try {
        await third.plays();
        await third.page.keyboard.press("i");
        const peersOfThird = async () =>
          Number(await third.page.locator("#peersNow").getAttribute("value", { timeout: 1_000 }));
        const isWithBoth = async () => (await peersOfThird()) === 2;
        await until("the third was connected to both", isWithBoth, MEETING_SECONDS);
        await page.evaluate("players[1].destroy()");
        await until("the third was connected to one", async () => (await peersOfThird()) === 1);
        expect(await peersOf(0)).toBe(1);
        const before = await page.evaluate<number>("players[0].stats.bytesFromPeers");
        await until("the other goes on downloading or uploading", async () => {
          const { bytesFromPeers, bytesToPeers } = await page.evaluate<{
            bytesFromPeers: number;
            bytesToPeers: number;
          }>("players[0].stats");
          return bytesFromPeers > before || bytesToPeers > 0;
        });
      } finally {
        await third.close();
      }
    });
  });

  test("a player that is destroyed leaves no socket, connection, timer or listener", async () => {
    const script = `
      window.before = leftovers();
      const player = window.player = on("#one");`;
    await withPage(script, async (page) => {
      const left = () => page.evaluate<Left>("leftovers()");
      await until("the player reached the tracker", async () => (await left()).sockets === 1);
      await page.evaluate("player.destroy()");
      expect(await page.evaluate("document.querySelector('#one').childElementCount")).toBe(0);
      expect(await page.evaluate("document.querySelector('#one').style.position")).toBe("");
      const before = await page.evaluate<Left>("window.before");
      await until("nothing of it was left", async () => {
        const now = await left();
        return JSON.stringify(now) === JSON.stringify(before);
      }).catch(async (error) => {
        throw new Error(`${error}\n${JSON.stringify(await left())}, and before ${JSON.stringify(before)}`);
      });
    });
  });
}
