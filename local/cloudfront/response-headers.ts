/** Applies a response headers policy to an answer, as CloudFront does on its way to the viewer. */

import type { CorsPolicy, HeadersPolicy } from "../template/headers-policy.ts";

/**
 * The answer's headers after the policy. `origin` is the request's Origin header; without it no CORS header is added.
 */
export function applyPolicy(
  headers: Readonly<Record<string, string>>,
  policy: HeadersPolicy | undefined,
  origin: string | undefined,
  isPreflight: boolean,
): Record<string, string> {
  if (!policy) return { ...headers };
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !policy.removed.includes(name)));
  for (const { name, value, override } of policy.headers) {
    if (override || !(name in kept)) kept[name] = value;
  }
  if (!policy.cors || origin === undefined) return kept;
  const cors = corsHeaders(policy.cors, origin, isPreflight);
  return policy.cors.override ? { ...withoutCors(kept), ...cors } : { ...cors, ...kept };
}

function corsHeaders(cors: CorsPolicy, origin: string, isPreflight: boolean): Record<string, string> {
  if (!cors.origins.some((allowed) => matchesOrigin(allowed, origin))) return {};
  const forAll = cors.origins.includes("*") && !cors.credentials;
  const answers: Record<string, string> = { "access-control-allow-origin": forAll ? "*" : origin };
  if (!forAll) answers["vary"] = "Origin";
  if (cors.credentials) answers["access-control-allow-credentials"] = "true";
  if (cors.exposed.length > 0) answers["access-control-expose-headers"] = cors.exposed.join(", ");
  if (!isPreflight) return answers;
  answers["access-control-allow-methods"] = cors.methods.map(spellMethod).join(", ");
  answers["access-control-allow-headers"] = cors.headers.join(", ");
  if (cors.maxAgeSeconds !== undefined) answers["access-control-max-age"] = String(cors.maxAgeSeconds);
  return answers;
}

/** `https://*.example.com` covers every subdomain. */
function matchesOrigin(allowed: string, origin: string): boolean {
  const escaped = allowed.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`, "i").test(origin);
}

function spellMethod(method: string): string {
  return method === "ALL" ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" : method;
}

function withoutCors(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("access-control-")));
}
