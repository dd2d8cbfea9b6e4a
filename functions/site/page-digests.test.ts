import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { builtPaths, withPageDigests } from "./page-digests.ts";

test("the edge's code gets a digest for each path, in one order however they are found", () => {
  const code = 'const PAGES = "PAGES_OF_THIS_BUILD";';
  const filled = withPageDigests(code, ["/module/hls.js", "/assets/a-1.js"], 1_800_000_000);
  expect(filled).toMatch(/^const PAGES = "1800000000\.[\w-]{6}\.[\w-]{6}";$/);
  expect(withPageDigests(code, ["/assets/a-1.js", "/module/hls.js"], 1_800_000_000)).toBe(filled);
});

test("code that has no place for them stays as it is", () => {
  expect(withPageDigests("const OTHER = 1;", ["/assets/a-1.js"], 0)).toBe("const OTHER = 1;");
});

test("pages are found in every folder, without their compressed copies", () => {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "assets"));
  for (const name of ["index.html", "index.html.br", "assets/a-1.js", "assets/a-1.js.br"]) {
    writeFileSync(join(folder, name), "");
  }
  expect(builtPaths(folder).toSorted()).toEqual(["/assets/a-1.js", "/index.html"]);
});
