/** What `npm run deploy` does after the build: the edge function learns which pages there are. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { builtPaths, withPageDigests } from "../../functions/site/page-digests.ts";
import type { Distribution } from "../template/distribution.ts";

const FOLDER = fileURLToPath(new URL("../../functions/site/pages/", import.meta.url));

/** The paths of the built pages; none before the first build. */
export function builtPages(): string[] {
  return existsSync(FOLDER) ? builtPaths(FOLDER) : [];
}

/** The distribution whose functions know these pages. */
export function withPages(distribution: Distribution, pages: readonly string[]): Distribution {
  if (pages.length === 0) return distribution;
  const behaviours = distribution.behaviours.map((behaviour) => ({
    ...behaviour,
    ...(behaviour.viewerRequest !== undefined && {
      viewerRequest: withPageDigests(behaviour.viewerRequest, pages, 0),
    }),
  }));
  return { ...distribution, behaviours };
}
