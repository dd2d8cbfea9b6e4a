import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPages, SCRIPTS_BEFORE_FIRST_FRAME } from "./pages.ts";
import { gzippedBytes, PAGE_BUDGET, scriptsLoadedBy } from "./sizes.ts";

const root = resolve(import.meta.dirname, "..");
let folder: string;
let metafile: Metafile;
let html: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-pages-"));
  metafile = await buildPages(folder);
  html = await readFile(join(folder, "index.html"), "utf8");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const sourcesOf = (scripts: readonly string[]) =>
  scripts.flatMap((script) => Object.keys(metafile.outputs[script]?.inputs ?? {}));

test("every file that a page names was built, under a name with a hash", async () => {
  const named = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(named.length).toBeGreaterThan(3);
  for (const path of named) {
    expect(path).toMatch(/^assets\/[\w.-]+-[A-Z0-9]{8}\.\w+$/);
    expect((await readFile(join(folder, path))).length).toBeGreaterThan(0);
  }
});

test("a page has no script, style or handler that a strict content security policy would refuse", () => {
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
});

test("the first paint waits for a style sheet and for no script", () => {
  const head = html.slice(0, html.indexOf("</head>"));
  expect(head.match(/<script(?![^>]*type="module")/)).toBeNull();
  expect(head.match(/rel="stylesheet"/g)).toHaveLength(1);
});

test("the page's own script brings neither player nor engine", () => {
  const sources = sourcesOf(scriptsLoadedBy(metafile, ["web/page.ts"]));
  expect(sources.filter((path) => /hls\.js|media-loader|media-chrome|player\.ts/.test(path))).toEqual([]);
});

test("the first frame waits for no control and no chart", () => {
  const sources = sourcesOf(scriptsLoadedBy(metafile, SCRIPTS_BEFORE_FIRST_FRAME["index.html"]));
  expect(sources.filter((path) => /media-chrome|uplot/i.test(path))).toEqual([]);
});

test.each(Object.entries(SCRIPTS_BEFORE_FIRST_FRAME))(
  "all that the first frame of %s needs is announced to the browser at once",
  async (page, scripts) => {
    const text = await readFile(join(folder, page), "utf8");
    for (const script of scriptsLoadedBy(metafile, scripts)) {
      expect(text).toContain(relative(folder, join(root, script)));
    }
    expect(text).toContain('<link rel="preload" as="fetch" href="/config.json" crossorigin>');
  },
);

test("a viewer asks for no more than six scripts before the first frame", () => {
  const scripts = scriptsLoadedBy(metafile, SCRIPTS_BEFORE_FIRST_FRAME["index.html"]);
  expect(scripts.length).toBeLessThanOrEqual(6);
});

test(`JavaScript before the first frame keeps to ${PAGE_BUDGET} KB gzipped`, async () => {
  const bytes = await gzippedBytes(root, scriptsLoadedBy(metafile, SCRIPTS_BEFORE_FIRST_FRAME["index.html"]));
  expect(bytes / 1000).toBeLessThanOrEqual(PAGE_BUDGET);
});
