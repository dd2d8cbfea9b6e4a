// Decides which cache behaviour a path takes.

import type { Behaviour, Distribution } from "../template/distribution.ts";

/** The first behaviour whose pattern matches the path; the default one matches all that are left. */
export function behaviourFor(distribution: Distribution, path: string): Behaviour {
  const found = distribution.behaviours.find(({ pathPattern }) => matchesPattern(pathPattern, path));
  if (!found) throw new Error(`No behaviour of the distribution matches ${path}`);
  return found;
}

/** CloudFront's patterns: `*` for any text, `?` for one character, case matters, a leading slash may be left out. */
export function matchesPattern(pattern: string, path: string): boolean {
  const escaped = pattern.replace(/^\//, "").replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^/?${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(path);
}
