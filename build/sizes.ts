/** What a browser has to download for an entry point: its scripts with all that they import, and their size. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Metafile } from "esbuild";

/** Kilobytes of scripts, gzipped, that the viewer's page may load before the first frame. */
export const PAGE_BUDGET = 165;

/** The same for each module. The engine loads after the first frame. */
export const budgets: Readonly<Record<string, number>> = {
  shoal: 165,
  videojs: 157.6,
  clappr: 157.2,
  // These two are all sharing code, which decides from the first segment on: budgets of the line, election, guard,
  // playlists that are refreshed together, what a viewer was told and agreed to, what is signed, who is believed, tickets,
  // what opens a private stream, who is in the control group, uplinks that collapse, what may come beside a fetch, and fetches
  // that the player may give up.
  hls: 25,
  shaka: 24.2,
};

/**
 * The built scripts that the sources named in `entryPoints` load, without what they only `import()` later. Each page has a
 * build of its own, so of two outputs of one source that counts which those before it in the list import.
 */
export function scriptsLoadedBy(metafile: Metafile, entryPoints: readonly string[]): string[] {
  const waiting: string[] = [];
  for (const source of entryPoints) waiting.push(outputOf(metafile, source, waiting));
  const loaded = new Set<string>();
  for (let output = waiting.pop(); output; output = waiting.pop()) {
    if (loaded.has(output)) continue;
    loaded.add(output);
    const imports = metafile.outputs[output]?.imports ?? [];
    waiting.push(...imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path));
  }
  return [...loaded];
}

export function bytesOf(metafile: Metafile, output: string): number {
  return metafile.outputs[output]?.bytes ?? 0;
}

/** Bytes on the wire of built files, each compressed by itself, as a CDN does. */
export async function gzippedBytes(root: string, outputs: readonly string[]): Promise<number> {
  const files = await Promise.all(outputs.map((output) => readFile(join(root, output))));
  return files.reduce((sum, file) => sum + gzipSync(file).length, 0);
}

function outputOf(metafile: Metafile, source: string, importers: readonly string[]): string {
  const built = Object.entries(metafile.outputs).flatMap(([output, { entryPoint }]) =>
    entryPoint === source ? [output] : [],
  );
  const imported = importers.flatMap((output) => metafile.outputs[output]?.imports ?? []);
  const found = built.find((output) => imported.some(({ path }) => path === output)) ?? built[0];
  if (found === undefined)
    throw new Error(`${source} is no entry point of this build, and nothing loads it with import().`);
  return found;
}
