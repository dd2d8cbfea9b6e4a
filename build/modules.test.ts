import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modules } from "./modules.ts";
import { buildPages } from "./pages.ts";
import { budgets, gzippedBytes, scriptsLoadedBy } from "./sizes.ts";
import { writeTypes } from "./types.ts";

const root = resolve(import.meta.dirname, "..");
let folder: string;
let metafile: Metafile;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-modules-"));
  metafile = await buildPages(folder);
  await writeTypes(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const sourcesOf = (module: string) =>
  scriptsLoadedBy(metafile, [modules[module] ?? ""]).flatMap((script) =>
    Object.keys(metafile.outputs[script]?.inputs ?? {}),
  );

/** The compiler's complaints about a page's code that imports the modules. */
async function complaintsAbout(code: string): Promise<string> {
  const config = join(folder, "page.tsconfig.json");
  await writeFile(join(folder, "page.ts"), code);
  await writeFile(
    config,
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: "ES2022",
        module: "ESNext",
        moduleResolution: "Bundler",
        lib: ["ES2022", "DOM"],
        types: [],
      },
      files: ["page.ts"],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return promisify(execFile)(process.execPath, [tsc, "-p", config]).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

test.each(Object.keys(modules))("module/%s.js names a script that was built", async (module) => {
  const [, script] = /^export \* from "\.(\.\/assets\/[\w.-]+)";$/m.exec(
    await readFile(join(folder, `module/${module}.js`), "utf8"),
  ) ?? [null, ""];
  expect((await readFile(join(folder, script))).length).toBeGreaterThan(0);
});

test.each(Object.entries(budgets))("module/%s.js keeps to %s KB gzipped", async (module, kilobytes) => {
  const scripts = scriptsLoadedBy(metafile, [modules[module] ?? ""]);
  expect((await gzippedBytes(root, scripts)) / 1000).toBeLessThanOrEqual(kilobytes);
});

test.each(["hls", "shaka"])("who brings hls.js or Shaka doesn't get another with module/%s.js", (module) => {
  expect(sourcesOf(module).filter((path) => /node_modules\/(hls\.js|shaka-player)/.test(path))).toEqual([]);
});

test.each(Object.keys(modules))("module/%s.js leaves the engine until there is a first frame", (module) => {
  expect(sourcesOf(module).filter((path) => path.includes("p2p-media-loader"))).toEqual([]);
});

test("the types know a page's options and events", async () => {
  expect(
    await complaintsAbout(`
      import { createPlayer, readStream } from "./module/shoal.js";
      const stream = await readStream("https://live.example.com");
      const player = createPlayer(document.body, { ...stream, sharing: "leech", startBehindLiveSeconds: 20 });
      const stop: () => void = player.on("stats", ({ bytesFromPeers }) => bytesFromPeers.toFixed());
      player.on("error", (error) => error?.kind);
      await player.play();
      export {};
    `),
  ).toBe("");
});

test("the types refuse an event that there isn't, and a mode that there isn't", async () => {
  const complaints = await complaintsAbout(`
    import { createPlayer, readStream } from "./module/shoal.js";
    const player = createPlayer(document.body, { ...(await readStream("x")), sharing: "some" });
    player.on("figure", () => {});
    export {};
  `);
  expect(complaints).toContain('"some"');
  expect(complaints).toContain('"figure"');
});

test("the classic script has types too", async () => {
  expect(
    await complaintsAbout(`
      /// <reference path="./module/shoal.global.d.ts" />
      Shoal.readStream("https://live.example.com").then((stream) => Shoal.createPlayer(document.body, stream));
    `),
  ).toBe("");
});
