/** Every page of web/examples/, opened by two viewers from another origin than the stream's. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Shoal } from "../../../local/shoal.ts";
import { inBrowser } from "../in-browser.ts";
import { startStack } from "../stack.ts";
import { ExampleViewer, untilShared } from "./example-viewer.ts";
import { Site } from "./site.ts";

const folder = join(import.meta.dirname, "../../../web/examples");
const examples = readdirSync(folder).filter((name) => name.endsWith(".html"));

test.each(examples)("%s is short enough to copy", (name) => {
  expect(readFileSync(join(folder, name), "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});

inBrowser("Players on other people's pages", (browser) => {
  let site: Site;
  let shoal: Shoal;

  beforeAll(async () => {
    site = await Site.open();
    shoal = await startStack({ parameters: { EmbedOrigins: site.origin } });
    site.deployment = shoal.url.replace(/\/$/, "");
  });

  afterAll(async () => {
    await shoal?.stop();
    await site?.close();
  });

  async function watch(...names: readonly string[]): Promise<ExampleViewer[]> {
    const viewers = [];
    for (const name of names) {
      const viewer = await ExampleViewer.open(browser, `${site.origin}/${name}`);
      await viewer.plays();
      viewers.push(viewer);
    }
    return viewers;
  }

  test.each(examples)("two viewers of %s play, and one takes from the other", async (name) => {
    const viewers = await watch(name, name);
    try {
      await untilShared(...viewers);
      expect(viewers.flatMap(({ errors }) => errors)).toEqual([]);
    } finally {
      await Promise.all(viewers.map((viewer) => viewer.close()));
    }
  });
});
