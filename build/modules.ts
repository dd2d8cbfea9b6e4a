/**
 * Builds what other people's pages load, under addresses that stay: `module/NAME.js` is one line that names
 * the hashed script of the day. `module/shoal.global.js` is the same player for a classic script.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";

/** What each address under `module/` is built from. */
export const modules: Readonly<Record<string, string>> = {
  shoal: "web/adapters/shoal.ts",
  hls: "web/adapters/hls.ts",
  videojs: "web/adapters/videojs.ts",
  clappr: "web/adapters/clappr.ts",
  shaka: "web/adapters/shaka.ts",
};

/** Writes the addresses; `built` says which script a source has become, seen from `folder`. */
export async function writeModules(folder: string, built: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(join(folder, "module"), { recursive: true });
  for (const [name, source] of Object.entries(modules)) {
    const script = built.get(source);
    if (!script) throw new Error(`${source} was not built.`);
    await writeFile(join(folder, "module", `${name}.js`), `export * from ".${script}";\n`);
  }
}

/** Builds the classic script, which defines `Shoal`. It can't load parts later, so it is one piece. */
export async function buildClassicScript(folder: string, webBundle: BuildOptions): Promise<void> {
  await build({
    ...webBundle,
    format: "iife",
    globalName: "Shoal",
    entryPoints: ["web/adapters/shoal.ts"],
    outfile: join(folder, "module/shoal.global.js"),
  });
}
