import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { readPages } from "./pages.ts";

async function folderWith(files: Record<string, string>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), "shoal-pages-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return pathToFileURL(`${folder}/`);
}

test("every file of the folder and those below it is a page under its own path", async () => {
  const pages = await readPages(await folderWith({ "index.html": "entry", "assets/player-1.js": "play()" }));
  expect([...pages.keys()].toSorted()).toEqual(["/assets/player-1.js", "/index.html"]);
  expect(pages.get("/assets/player-1.js")?.body.toString()).toBe("play()");
});

test("if the pages were never built, the error says what to do", async () => {
  await expect(readPages(await folderWith({}))).rejects.toThrow(/no pages in .*: run npm run build/);
  await expect(readPages(new URL("file:///nowhere/at/all/"))).rejects.toThrow("run npm run build");
});

test("a page that changed has another etag", async () => {
  const tag = async (text: string) =>
    (await readPages(await folderWith({ "index.html": text }))).get("/index.html")?.etag;
  expect(await tag("one")).not.toBe(await tag("two"));
  expect(await tag("one")).toBe(await tag("one"));
});
