/** Every page of web/examples/, opened by two viewers. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { expect, test } from "vitest";
import { closeAll, openAll, untilShared } from "./example-viewer.ts";
import type { Site } from "./site.ts";

const folder = join(import.meta.dirname, "../../../web/examples");
const examples = readdirSync(folder).filter((name) => name.endsWith(".html"));

export function testPlayers(browser: Browser, site: Site): void {
  test.each(examples)("%s is at most forty lines", (name) => {
    const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  test.each(examples)("two viewers of %s play, and one downloads from the other", async (name) => {
    const viewers = await openAll(browser, site.page(name), site.page(name));
    try {
      await untilShared(...viewers);
      expect(viewers.flatMap(({ errors }) => errors)).toEqual([]);
    } finally {
      await closeAll(viewers);
    }
  });

  test.each(["videojs.html", "shaka-hls.html"])(
    "a viewer in hls.js and one of %s are in one swarm",
    async (other) => {
      const viewers = await openAll(browser, site.page("hls.html"), site.page(other));
      try {
        await untilShared(...viewers);
      } finally {
        await closeAll(viewers);
      }
    },
  );

  test("Video.js knows the qualities and that the stream is live", async () => {
    const [viewer] = await openAll(browser, site.page("videojs.html"));
    try {
      const known = await viewer?.page.evaluate(`(() => {
        const [player] = videojs.getAllPlayers();
        const levels = player.qualityLevels();
        return {
          heights: Array.from(levels, ({ height }) => height),
          selected: levels.selectedIndex,
          isLive: player.liveTracker.isLive(),
          isAtLive: player.liveTracker.atLiveEdge(),
          window: player.liveTracker.liveWindow() > 5,
        };
      })()`);
      expect(known).toEqual({ heights: [360], selected: 0, isLive: true, isAtLive: true, window: true });
    } finally {
      await viewer?.close();
    }
  });
}
