/** The frame: its parameters, its events and commands, and the dialog that shows its code. */

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
  const received = [];
  addEventListener("message", ({ data, origin }) => received.push({ ...data, origin }));
  const command = (name, value) =>
    document.querySelector("iframe").contentWindow.postMessage({ shoal: "shoal-1", command: name, value }, "*");
</script>`;

export function testEmbed(browser: Browser, site: Site): void {
  const open = (origin: string, parameters = "") =>
    ExampleViewer.open(browser, site.put("embed-test.html", page(origin, parameters)));

  test("the frame sends events to the embedding page and obeys its commands", async () => {
    const viewer = await open(site.origin);
    try {
      const received = (event: string) =>
        viewer.page.evaluate<boolean>(`received.some((one) => one.event === "${event}")`);
      await until("firstFrame was sent", () => received("firstFrame"));
      await until("stats were sent", () => received("stats"));
      await viewer.page.evaluate('command("pause")');
      await until("pause was sent", () => received("pause"));
      await viewer.page.evaluate('command("setSharing", "leech")');
      await until("mode was sent", () => received("mode"));
      expect(await viewer.page.evaluate("[...new Set(received.map(({ origin }) => origin))]")).toEqual([
        site.deployment,
      ]);
    } finally {
      await viewer.close();
    }
  });

  test("a page of another origin receives no events, and its commands are ignored", async () => {
    const viewer = await open("https://example.org");
    try {
      await viewer.plays();
      await viewer.page.evaluate('command("pause")');
      const from = await viewer.position();
      await until("the video played on", async () => (await viewer.position()) > from + 1);
      expect(await viewer.page.evaluate("received")).toEqual([]);
    } finally {
      await viewer.close();
    }
  });

  test("the frame starts as its parameters say", async () => {
    const viewer = await open(site.origin, "start=10&autoplay=0&accent=e69f00&sharing=off");
    try {
      const player = viewer.page.frameLocator("iframe");
      await player.locator("video").waitFor({ state: "attached" });
      const behindSeconds = () =>
        player.locator("video").evaluate(({ seekable, currentTime }: Seekable) => {
          return seekable.length > 0 ? seekable.end(0) - currentTime : 0;
        });
      await until("it was ten seconds behind the playlist's end", async () => (await behindSeconds()) > 10);
      expect(await player.locator("video").evaluate(({ paused }: { paused: boolean }) => paused)).toBe(true);
      expect(await player.locator("#stage > shoal-player").getAttribute("style")).toContain(
        "--accent: #e69f00",
      );
      expect(viewer.requests.filter((address) => address.startsWith("ws"))).toEqual([]);
    } finally {
      await viewer.close();
    }
  });

  test("the share dialog shows the link and the embed code without the viewer's token, and copies them", async () => {
    const viewer = await ExampleViewer.open(browser, `${site.deployment}/#token=${site.token}`, {
      permissions: ["clipboard-write", "clipboard-read"],
    });
    try {
      await viewer.plays();
      await viewer.page.locator("#share-button").click();
      await viewer.page.locator("dialog button[name=iframe]").click();
      await until(
        "it was copied",
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
