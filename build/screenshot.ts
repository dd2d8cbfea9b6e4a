/**
 * `node build/screenshot.ts`: takes the README's picture, of a player that shares with three others, from the running
 * stack.
 */
import { mkdir } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startBrowser } from "../test/browser/chromium.ts";
import { playlistSeconds, startStack } from "../test/browser/stack.ts";
import { until } from "../test/browser/until.ts";
import { Viewer } from "../test/browser/viewer.ts";

const root = resolve(import.meta.dirname, "..");
const picture = resolve(root, "docs/images/player.png");
const OTHERS = 3;
// The chart spans a minute; less of it would be an empty chart.
const SHARING_SECONDS = 50;

const shoal = await startStack();
const browser = await startBrowser();
try {
  await until("there is a playlist to start well in", async () => (await playlistSeconds(shoal)) > 24);
  for (let seat = 0; seat < OTHERS; seat += 1) await (await Viewer.open(browser, shoal.url)).plays();
  const viewer = await Viewer.open(browser, shoal.url, { viewport: { width: 1120, height: 720 } });
  await viewer.plays();
  await viewer.unfoldPanel();
  await until("everyone is connected", async () => (await viewer.stats()).peersNow === OTHERS);
  await wait(SHARING_SECONDS * 1000);
  await viewer.page.getByRole("button", { name: "Tap for sound" }).click();
  await viewer.page.mouse.move(300, 400);
  await wait(500);
  await mkdir(dirname(picture), { recursive: true });
  await viewer.page.screenshot({ path: picture });
  console.log(`Took ${relative(root, picture)}.`);
} finally {
  await browser.close();
  await shoal.stop();
}
