/** The module's own player: what a page can ask of it, and what is left when it goes. */

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../until.ts";
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

  test("the player pauses, plays, goes back and returns to live, and tells of each", async () => {
    const script = `
      const player = window.player = on("#one");
      window.told = [];
      for (const event of ["play", "pause", "live", "firstFrame"]) player.on(event, () => told.push(event));`;
    await withPage(script, async (page) => {
      const told = (event: string) => page.evaluate<boolean>(`window.told?.includes("${event}") ?? false`);
      const position = () => page.evaluate<number>("player.video.currentTime");
      await until("the first frame was told of", () => told("firstFrame"));
      await page.evaluate("player.pause()");
      await until("the pause was told of", () => told("pause"));
      await page.evaluate("player.play()");
      const live = await position();
      await page.evaluate("player.seekBehindLive(9)");
      await until("the picture went back", async () => (await position()) < live);
      await until("leaving live was told of", () => told("live"));
      expect(await page.evaluate("player.session.isLive")).toBe(false);
      // Two playlists later it is still where the viewer wants it.
      const back = await position();
      await page.waitForTimeout(4500);
      expect((await position()) - back).toBeLessThan(6);
      await page.evaluate("player.seekToLive()");
      await until("the picture returned to live", () => page.evaluate<boolean>("player.session.isLive"));
    });
  });

  test("a player that is paused before its first frame stays paused, with its sound", async () => {
    const script = `
      const player = window.player = on("#one", { muted: false });
      player.on("firstFrame", () => (window.hasFrame = true));
      player.pause();`;
    await withPage(script, async (page) => {
      await until("the first frame was there", () => page.evaluate<boolean>("window.hasFrame === true"));
      await page.waitForTimeout(1000);
      expect(await page.evaluate("[player.video.paused, player.video.muted]")).toEqual([true, false]);
    });
  });

  test("a mode that a page sets is kept, and told of", async () => {
    const script = `
      const player = window.player = on("#one");
      player.on("mode", (mode) => (window.mode = mode));
      player.sharing = "leech";`;
    await withPage(script, async (page) => {
      await until("the mode was told of", () => page.evaluate<boolean>('window.mode === "leech"'));
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

  test("two players of one stream on one page are two viewers: to each other, and to a third elsewhere", async () => {
    await withPage('window.players = [on("#one"), on("#two")];', async (page) => {
      const peersOf = (index: number) =>
        page.evaluate<number>(`window.players?.[${index}]?.figures.peersNow ?? 0`);
      await until("the two met", async () => (await peersOf(0)) === 1 && (await peersOf(1)) === 1);
      const third = await ExampleViewer.open(browser, `${site.deployment}/`);
      try {
        await third.plays();
        await third.page.keyboard.press("i");
        const peersOfThird = async () =>
          Number(await third.page.locator("#peersNow").getAttribute("value", { timeout: 1_000 }));
        await until("the third met both", async () => (await peersOfThird()) === 2);
        await page.evaluate("players[1].destroy()");
        await until("the third saw one of them go", async () => (await peersOfThird()) === 1);
        expect(await peersOf(0)).toBe(1);
        const before = await page.evaluate<number>("players[0].figures.bytesFromPeers");
        await until("the other goes on taking from the third, or giving", async () => {
          const { bytesFromPeers, bytesToPeers } = await page.evaluate<{
            bytesFromPeers: number;
            bytesToPeers: number;
          }>("players[0].figures");
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
