/** Finds a viewer's network location from CloudFront's headers: its address (hashed), its network and its country. */
import { hash } from "node:crypto";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { type Locality, unknownLocality } from "./locality.ts";

export type Headers = Readonly<Record<string, string | undefined>>;

/** The parts of a handshake that tell where its viewer is. */
export interface Handshake {
  readonly headers: Headers;
  /** The address that called API Gateway: CloudFront's, or the viewer's own. */
  readonly sourceIp: string;
  readonly connectionId: string;
}

/**
 * Each deployment has a `salt` of its own, so that hashes of two deployments can't be compared, and a hash tells nothing
 * to who doesn't know the salt. To who does, it tells the address after at most 2^32 tries (IPv4).
 */
export function localityOf({ headers, sourceIp, connectionId }: Handshake, salt: string): Locality {
  const known = lowerCased(headers);
  const address = viewerAddress(known, sourceIp);
  if (address === undefined) return { ...unknownLocality(connectionId), net: network(known) };
  return { lan: hash("sha256", `${salt}|${address}`, "base64url").slice(0, 12), net: network(known) };
}

/**
 * The viewer's id in its ticket, and what the channel's swarms are named by: the edge function sets them and lets nobody
 * say them by themselves.
 */
export function ticketOf(headers: Headers): { readonly viewer?: string; readonly swarm?: string } {
  const { "x-shoal-viewer": viewer, "x-shoal-swarm": swarm } = lowerCased(headers);
  return { ...(viewer !== undefined && { viewer }), ...(swarm !== undefined && { swarm }) };
}

/**
 * CloudFront gives the viewer's address and port in a header of its own. Without that header: CloudFront appends the
 * viewer to X-Forwarded-For, and API Gateway appends its caller, CloudFront. Entries before those can be forged.
 */
function viewerAddress(headers: Headers, sourceIp: string): string | undefined {
  const named = networkPart(headers["cloudfront-viewer-address"]?.replace(/:\d+$/, "") ?? "");
  if (named !== undefined) return named;
  const forwarded = headers["x-forwarded-for"]?.split(",").map((entry) => entry.trim()) ?? [];
  if (forwarded.at(-1) === sourceIp) forwarded.pop();
  return networkPart(forwarded.at(-1) ?? "") ?? networkPart(sourceIp);
}

/** The part that all viewers on one internet connection share: an IPv4 address, or the first 64 bits of an IPv6 one. */
function networkPart(address: string): string | undefined {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  // ipaddr.js alone would also take 1.2.3 and octal numbers for addresses.
  if (isIP(bare) === 0) return undefined;
  // An IPv4 address within an IPv6 one comes out as the former.
  const parsed = ipaddr.process(bare);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return parsed.parts
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");
}

/** Country and network number, or whichever is known. */
function network(headers: Headers): string | null {
  const country = /^[A-Z]{2}$/.exec(headers["cloudfront-viewer-country"]?.toUpperCase() ?? "");
  const number = /^[1-9]\d{0,9}$/.exec(headers["cloudfront-viewer-asn"] ?? "");
  return country || number ? [country?.[0], number?.[0]].filter(Boolean).join("-") : null;
}

function lowerCased(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
