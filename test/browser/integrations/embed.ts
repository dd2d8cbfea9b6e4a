/** The frame: its parameters, what it says to its page, whom it obeys, and the dialog that makes its code. */

import type { Browser } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../until.ts";
import { ExampleViewer } from "./example-viewer.ts";
import type { Site } from "./site.ts";

interface Seekable {
  seekable: { length: number; end(range: number): number };
  currentTime: number;
}

const page = (origin: string, parameters: string) => `<!doctype html>
<iframe allow="autoplay" width="640" height="360"
  src="https://live.example.com/embed.html?origin=${origin}&${parameters}"></iframe>
<script>
  const told = [];
  addEventListener("message", ({ data, origin }) => told.push({ ...data, origin }));
  const command = (name, value) =>
    document.querySelector("iframe").contentWindow.postMessage({ shoal: "shoal-1", command: name, value }, "*");
</script>`;

export function testEmbed(browser: Browser, site: Site): void {
  const open = (origin: string, parameters = "") =>
    ExampleViewer.open(browser, site.put("embed-test.html", page(origin, parameters)));

  test("the frame tells its page what happens, and does what the page says", async () => {
    const viewer = await open(site.origin);
    try {
      const told = (event: string) =>
        viewer.page.evaluate<boolean>(`told.some((one) => one.event === "${event}")`);
      await until("the first frame was told of", () => told("firstFrame"));
      await until("figures were told of", () => told("figures"));
      await viewer.page.evaluate('command("pause")');
      await until("the pause was told of", () => told("pause"));
      await viewer.page.evaluate('command("setSharing", "leech")');
      await until("the mode was told of", () => told("mode"));
      expect(await viewer.page.evaluate("[...new Set(told.map(({ origin }) => origin))]")).toEqual([
        site.deployment,
      ]);
    } finally {
      await viewer.close();
    }
  });

  test("a page of another origin than the frame was told hears nothing and commands nothing", async () => {
    const viewer = await open("https://example.org");
    try {
      await viewer.plays();
      await viewer.page.evaluate('command("pause")');
      const from = await viewer.position();
      await until("the picture moved on", async () => (await viewer.position()) > from + 1);
      expect(await viewer.page.evaluate("told")).toEqual([]);
    } finally {
      await viewer.close();
    }
  });

  test("the frame starts where and as its address says", async () => {
    const viewer = await open(site.origin, "start=10&autoplay=0&accent=e69f00&sharing=off");
    try {
      const player = viewer.page.frameLocator("iframe");
      await player.locator("video").waitFor({ state: "attached" });
      const behindSeconds = () =>
        player.locator("video").evaluate(({ seekable, currentTime }: Seekable) => {
          return seekable.length > 0 ? seekable.end(0) - currentTime : 0;
        });
      await until("it stood ten seconds behind the playlist's end", async () => (await behindSeconds()) > 10);
      expect(await player.locator("video").evaluate(({ paused }: { paused: boolean }) => paused)).toBe(true);
      expect(await player.locator("#stage > shoal-player").getAttribute("style")).toContain(
        "--accent: #e69f00",
      );
      expect(viewer.requests.filter((address) => address.startsWith("ws"))).toEqual([]);
    } finally {
      await viewer.close();
    }
  });

  test("the share dialog shows link and code, and copies them", async () => {
    const viewer = await ExampleViewer.open(browser, `${site.deployment}/`, {
      permissions: ["clipboard-write", "clipboard-read"],
    });
    try {
      await viewer.plays();
      await viewer.page.locator("#share-button").click();
      await viewer.page.locator("dialog button[name=iframe]").click();
      await until(
        "it said so",
        async () => (await viewer.page.locator("dialog output").textContent()) === "Copied.",
      );
      expect(await viewer.page.evaluate("navigator.clipboard.readText()")).toContain(
        `<iframe src="${site.deployment}/embed.html"`,
      );
      expect(await viewer.page.locator("dialog textarea[name=link]").inputValue()).toBe(
        `${site.deployment}/`,
      );
    } finally {
      await viewer.close();
    }
  });
}
