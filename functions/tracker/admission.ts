/** Decides who may open a connection: requests through this deployment's CloudFront, from pages that are allowed to. */
import { hash, timingSafeEqual } from "node:crypto";
import type { Headers } from "./handshake.ts";

export interface Admission {
  /** What CloudFront may add to each request as x-shoal-origin: the secret, and the one before it. */
  readonly originSecrets: readonly string[];
  /** Origins of pages whose viewers may connect, such as `https://example.com`; `*` allows all. */
  readonly pageOrigins: readonly string[];
}

/** The reason to refuse a handshake, or null. Clients that aren't browsers send no Origin and are admitted. */
export function refusalOf(headers: Headers, { originSecrets, pageOrigins }: Admission): string | null {
  const given = header(headers, "x-shoal-origin") ?? "";
  if (!originSecrets.some((secret) => isSame(given, secret))) return "not through CloudFront";
  const origin = header(headers, "origin");
  if (origin === undefined || pageOrigins.includes("*")) return null;
  const host = hostOf(origin);
  const isListed = host !== null && pageOrigins.some((listed) => hostOf(listed) === host);
  return isListed ? null : "from a page of another origin";
}

/** Compares in constant time, so that timing reveals nothing, not even the length. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", secret, "buffer"));
}

/** Host and port, without the scheme: CloudFront serves pages only over https, the laptop over http. */
function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host || null;
}

function header(headers: Headers, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
