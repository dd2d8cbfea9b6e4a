import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { webBundle } from "./pages.ts";
import { coreBundle, patchCore } from "./patched-core.ts";

test("each patch fits the installed bundle", async () => {
  const published = await readFile(coreBundle, "utf8");
  expect(patchCore(published).length).toBeGreaterThan(published.length);
});

test("a command is parsed in place: a copy of the rest for each field takes quadratic time", async () => {
  const published = await readFile(coreBundle, "utf8");
  expect(published).toContain("bytes.slice(offset)");
  expect(patchCore(published)).not.toContain("bytes.slice(offset)");
});

test("a patch that doesn't fit fails the build, with the patch's name and where it is explained", async () => {
  const published = await readFile(coreBundle, "utf8");
  const changed = published.replace("new Set(command.p)", "new Set(command.q)");
  expect(() => patchCore(changed)).toThrow(
    'The patch "report announcements" fits p2p-media-loader-core 0 times instead of once: see docs/decisions/core-patched-when-bundled.md.',
  );
  expect(() => patchCore(published + published)).toThrow(/2 times instead of once/);
});

test("what imports the core is bundled with the patched one", async () => {
  const { outputFiles } = await build({
    ...webBundle,
    stdin: {
      contents: 'import { Core } from "p2p-media-loader-core"; console.log(Core);',
      resolveDir: import.meta.dirname,
    },
    legalComments: "none",
    write: false,
  });
  expect(outputFiles.some(({ text }) => text.includes("getFetchingSegmentIds"))).toBe(true);
});
