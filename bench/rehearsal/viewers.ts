/** Puts synthetic viewers on a stream: pages in headless Chromium, each with a profile of its own. */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBrowser } from "../../test/browser/chromium.ts";
import { Viewer } from "../../test/browser/viewer.ts";
import type { Seen } from "./verdict.ts";

const WATCH_FRAMES = join(import.meta.dirname, "watch-frames.js");
/** Small windows: what is decoded is the rendition's size, what is drawn needn't be. */
const viewport = { width: 320, height: 240 };

/** They come a second apart, as people do, and the last watches for so long. Rejects when there is no browser. */
export async function watchTogether(address: string, count: number, seconds: number): Promise<Seen[]> {
  const browser = await startBrowser();
  try {
    const viewers: Viewer[] = [];
    for (let seat = 0; seat < count; seat++) {
      viewers.push(await Viewer.open(browser, address, { viewport, initScripts: [WATCH_FRAMES] }));
      await sleep(1000);
    }
    await sleep(seconds * 1000);
    return await Promise.all(viewers.map(seenBy));
  } finally {
    await browser.close();
  }
}

type Frames = Pick<Seen, "startSeconds" | "watchedSeconds" | "freezeSeconds">;

async function seenBy(viewer: Viewer): Promise<Seen> {
  const frames = await viewer.page.evaluate<Frames>("framesSeen()");
  // Where nothing plays there is no panel either.
  if (frames.startSeconds === null)
    return { ...frames, delaySeconds: null, bytesFromPeers: 0, bytesFromCdn: 0 };
  await viewer.unfoldPanel();
  // The panel shows its figures anew each second.
  await sleep(1500);
  const { delaySeconds, bytesFromPeers, bytesFromCdn } = await viewer.stats();
  return { ...frames, delaySeconds, bytesFromPeers, bytesFromCdn };
}
