/** Bundles a function as SAM does, with the settings that template.yaml has for its esbuild. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { readFunction } from "../local/template/functions.ts";
import { readTemplate } from "../local/template.ts";

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

/** Writes the bundle of one of the template's functions, by its logical id, into a folder. */
export async function bundleFunction(id: string, folder: string): Promise<Bundle> {
  const template = await readTemplate();
  const entry = readFunction(template, id).file;
  const properties = template.resource(id).metadata.at("BuildProperties");
  const alias = properties.at("Alias");
  const outfile = join(folder, `${id}.mjs`);
  await build({
    entryPoints: [entry.pathname],
    outfile,
    bundle: true,
    minify: properties.at("Minify").flag(),
    platform: "node",
    format: "esm",
    target: properties.at("Target").text(),
    mainFields: properties.at("MainFields").text().split(","),
    alias: Object.fromEntries(alias.exists ? alias.list().map((each) => each.text().split("=", 2)) : []),
    absWorkingDir: new URL(".", entry).pathname,
  });
  return { file: outfile, bytes: (await stat(outfile)).size };
}
