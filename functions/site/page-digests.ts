/**
 * Tells the edge function which pages were built, so that it turns away made-up names and the site function isn't run for
 * them. Their list would be too long for CloudFront, so each path has a digest.
 */

import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** What stands in the edge function's code in place of the digests. */
const PLACE = "PAGES_OF_THIS_BUILD";

/** 36 bits: finding another path with a digest of the list takes some 10^9 tries, and buys one cache miss. */
const DIGEST_LENGTH = 6;

/** The paths of the pages that were built into a folder, such as `/assets/player-DCCGD4WG.js`. */
export function builtPaths(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".br"))
    .map(({ parentPath, name }) => `/${relative(folder, join(parentPath, name)).replaceAll(sep, "/")}`);
}

/**
 * The text with the digests of these paths where it has a place for them. `deployedAt` is
 * in epoch seconds.
 */
export function withPageDigests(text: string, paths: readonly string[], deployedAt: number): string {
  const digests = paths.toSorted().map((path) => {
    const digest = createHmac("sha256", "page").update(path).digest("base64url");
    return digest.slice(0, DIGEST_LENGTH);
  });
  return text.replace(PLACE, [deployedAt, ...digests].join("."));
}
