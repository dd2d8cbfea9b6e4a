/** Decides which headers of a viewer's request reach the origin, and what CloudFront adds to them. */

import type { IncomingHttpHeaders } from "node:http";
import type { Behaviour } from "../template/distribution.ts";

export interface Viewer {
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
  readonly port: number;
}

/**
 * The headers that go to the origin of this behaviour. Unlike the real one, this CloudFront lets viewers state
 * their location (`CloudFront-Viewer-Country: FR`), so that rings of several countries can be tried on one machine.
 */
export function originHeaders(behaviour: Behaviour, viewer: Viewer): Record<string, string> {
  const said: IncomingHttpHeaders = {
    "cloudfront-viewer-address": `${viewer.address}:${viewer.port}`,
    ...viewer.headers,
  };
  const forwarded: Record<string, string> = {};
  for (const name of forwardedNames(behaviour, viewer.headers)) {
    const value = said[name.toLowerCase()];
    if (value !== undefined) forwarded[name] = [value].flat().join(", ");
  }
  const before = viewer.headers["x-forwarded-for"];
  return {
    ...forwarded,
    ...(behaviour.compress ? acceptEncoding(viewer.headers) : {}),
    ...(isTold(forwarded, "user-agent") ? {} : { "User-Agent": "Amazon CloudFront" }),
    "X-Forwarded-For": before ? `${before}, ${viewer.address}` : viewer.address,
    ...behaviour.origin.customHeaders,
  };
}

function isTold(headers: Readonly<Record<string, string>>, wanted: string): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === wanted);
}

function forwardedNames({ forwardedHeaders }: Behaviour, headers: IncomingHttpHeaders): readonly string[] {
  if ("only" in forwardedHeaders) return forwardedHeaders.only;
  const left = new Set([
    "connection",
    "upgrade",
    ...forwardedHeaders.allBut.map((name) => name.toLowerCase()),
  ]);
  return Object.keys(headers).filter((name) => !left.has(name) && !name.startsWith("cloudfront-"));
}

/** CloudFront forwards only those of the viewer's accepted encodings that it knows: Brotli and gzip. */
function acceptEncoding(headers: IncomingHttpHeaders): Record<string, string> {
  const encodings = acceptedEncodings(headers);
  return encodings.length > 0 ? { "Accept-Encoding": encodings.join(",") } : {};
}

/** The viewer's accepted encodings among those that CloudFront knows, the more compact first. */
export function acceptedEncodings(headers: IncomingHttpHeaders): ("br" | "gzip")[] {
  const accepted = String(headers["accept-encoding"] ?? "")
    .split(",")
    .filter((item) => !/;\s*q=0(\.0*)?\s*$/.test(item))
    .map((item) => item.split(";")[0]?.trim().toLowerCase());
  return (["br", "gzip"] as const).filter((encoding) => accepted.includes(encoding));
}
