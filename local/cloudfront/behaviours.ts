/** Decides which cache behaviour a path takes. */

import type { Behaviour, Distribution } from "../template/distribution.ts";

/** The first behaviour whose pattern matches the path; the default behaviour matches every path. */
export function behaviourFor(distribution: Distribution, path: string): Behaviour {
  const found = distribution.behaviours.find(({ pathPattern }) => matchesPattern(pathPattern, path));
  if (!found) throw new Error(`No behaviour of the distribution matches ${path}`);
  return found;
}

/** CloudFront's patterns: `*` for any text, `?` for one character, case-sensitive, with an optional leading slash. */
export function matchesPattern(pattern: string, path: string): boolean {
  const escaped = pattern.replace(/^\//, "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^/?${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(path);
}
