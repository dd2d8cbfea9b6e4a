/** `node build/site.ts FOLDER`: makes the site function's bundle as it deploys, the handler with the pages beside it. */
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { compressTexts } from "./compress.ts";
import { buildPages } from "./pages.ts";

const handler = resolve(import.meta.dirname, "../functions/site/handler.ts");

export async function bundleSite(folder: string): Promise<void> {
  await build({
    entryPoints: [handler],
    outfile: join(folder, "handler.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    logLevel: "warning",
  });
  await buildPages(join(folder, "pages"));
  await compressTexts(join(folder, "pages"));
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error("Name the folder for the bundle: node build/site.ts FOLDER");
  await bundleSite(folder);
}
