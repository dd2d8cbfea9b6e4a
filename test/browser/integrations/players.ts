/** Every page of web/examples/, opened by two viewers. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../until.ts";
import { closeAll, openAll, untilShared } from "./example-viewer.ts";
import type { Site } from "./site.ts";

const folder = join(import.meta.dirname, "../../../web/examples");
const examples = readdirSync(folder).filter((name) => name.endsWith(".html"));

/** How reports name who plays. */
const PLAYERS: Readonly<Record<string, string>> = {
  "clappr.html": "clappr",
  "dplayer.html": "dplayer",
  "hls.html": "hls.js",
  "media-chrome.html": "media-chrome",
  "plyr.html": "plyr",
  "shaka-dash.html": "shaka",
  "shaka-hls.html": "shaka",
  "videojs.html": "video.js",
  "vidstack.html": "vidstack",
};

export function testPlayers(browser: Browser, site: Site): void {
  test.each(examples)("%s is at most forty lines", (name) => {
    const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  test.each(examples)(
    "two viewers of %s play, one downloads from the other, and both report it",
    async (name) => {
      const from = Date.now();
      const viewers = await openAll(browser, site.page(name), site.page(name));
      try {
        await untilShared(...viewers);
        const reports = async () => (await site.reports()).filter((report) => report.from.at >= from);
        await until(
          "both had reported",
          async () => new Set((await reports()).map(({ viewer }) => viewer)).size === 2,
        );
        for (const { player, startMs, kilobitsPerSecond, number } of await reports()) {
          expect(player).toBe(PLAYERS[name] ?? "shoal");
          expect(kilobitsPerSecond).toBeGreaterThan(0);
          if (number === 0) expect(startMs).toBeGreaterThan(0);
        }
        const errors = viewers.flatMap((viewer) => viewer.errors);
        // Shoal's own page asks for a ticket before its script can bring the token, and the console notes the refusal.
        const isExpected = (error: string) => name === "iframe.html" && error.includes("status of 401");
        expect(errors.filter((error) => !isExpected(error))).toEqual([]);
      } finally {
        await closeAll(viewers);
      }
    },
  );

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
