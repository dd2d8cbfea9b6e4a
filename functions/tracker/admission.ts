// Decides who may open a connection: what came through this deployment's CloudFront, from a page that may.
import { hash, timingSafeEqual } from "node:crypto";
import type { Headers } from "./place.ts";

export interface Admission {
  /** What CloudFront adds to each request as x-shoal-origin. */
  readonly originSecret: string;
  /** Origins of pages whose viewers are let in, such as `https://example.com`; `*` lets in those of all. */
  readonly pageOrigins: readonly string[];
}

/** Why a handshake is refused, or null when it isn't. A client that isn't a browser sends no Origin, and may come. */
export function refusalOf(headers: Headers, { originSecret, pageOrigins }: Admission): string | null {
  if (!isSame(header(headers, "x-shoal-origin") ?? "", originSecret)) return "not through CloudFront";
  const origin = header(headers, "origin");
  if (origin === undefined || pageOrigins.includes("*")) return null;
  const host = hostOf(origin);
  const isListed = host !== null && pageOrigins.some((listed) => hostOf(listed) === host);
  return isListed ? null : "from a page of another origin";
}

/** Compares in a time that tells nothing, not even the length. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", secret, "buffer"));
}

/** Host and port. The scheme is left out: CloudFront sends pages over https only, and the laptop over http. */
function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host || null;
}

function header(headers: Headers, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
