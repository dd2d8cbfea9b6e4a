/** The page that viewers of a measurement open. */

import { join } from "node:path";
import { build } from "esbuild";
import { webBundle } from "../build/pages.ts";
import type { Pages } from "./swarm/edge.ts";

/** Bundles a measurement's `viewer.ts` in this folder, with a page around it. */
export async function buildViewerPages(folder: string): Promise<Pages> {
  const { outputFiles } = await build({
    ...webBundle,
    entryPoints: [join(folder, "viewer.ts")],
    outdir: "/",
    splitting: true,
    write: false,
    legalComments: "none",
  });
  const html = '<!doctype html><video></video><script type="module" src="viewer.js"></script>';
  return new Map([
    ["/", { type: "text/html", body: html }],
    ...outputFiles.map(({ path, text }) => [path, { type: "text/javascript", body: text }] as const),
  ]);
}
