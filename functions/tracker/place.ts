// Says where a viewer is, from what CloudFront tells about its request: behind which address, in which network and country.
import { hash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";

/** Where a viewer is, as far as the tracker may know. No address can be read back from it. */
export interface Place {
  /** Salted hash of the public address: the same for all who sit behind it. */
  readonly lan: string;
  /** Country and network (autonomous system), such as `DE-3320`; null when not known. */
  readonly net: string | null;
}

export type Headers = Readonly<Record<string, string | undefined>>;

/** What a handshake tells of its viewer. */
export interface Handshake {
  readonly headers: Headers;
  /** The address that API Gateway was called from: CloudFront's, or the viewer's own. */
  readonly sourceIp: string;
  readonly connectionId: string;
}

/** The place of a viewer. `salt` belongs to the deployment, so that hashes of two deployments tell nothing together. */
export function placeOf({ headers, sourceIp, connectionId }: Handshake, salt: string): Place {
  const known = lowerCased(headers);
  const address = viewerAddress(known, sourceIp);
  if (address === undefined) return { ...placeUnknown(connectionId), net: network(known) };
  return { lan: hash("sha256", `${salt}|${address}`, "base64url").slice(0, 12), net: network(known) };
}

/** The place of a viewer of whom nothing is known: alone behind an address of its own. */
export function placeUnknown(connectionId: string): Place {
  return { lan: `~${connectionId}`, net: null };
}

/**
 * CloudFront names the viewer's address and port in a header of its own. Without that: CloudFront appends the viewer
 * to X-Forwarded-For, and API Gateway appends CloudFront, its own caller; what stands before, anyone can have written.
 */
function viewerAddress(headers: Headers, sourceIp: string): string | undefined {
  const named = networkPart(headers["cloudfront-viewer-address"]?.replace(/:\d+$/, "") ?? "");
  if (named !== undefined) return named;
  const forwarded = headers["x-forwarded-for"]?.split(",").map((entry) => entry.trim()) ?? [];
  if (forwarded.at(-1) === sourceIp) forwarded.pop();
  return networkPart(forwarded.at(-1) ?? "") ?? networkPart(sourceIp);
}

/** What all behind one connection to the internet share: the whole IPv4 address, or the first 64 bits of an IPv6 one. */
function networkPart(address: string): string | undefined {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const groups = expand(bare.toLowerCase());
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join(".");
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");
}

/** The eight groups of a valid IPv6 address, whose last two may be written as an IPv4 address. */
function expand(address: string): number[] {
  const hexadecimal = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(":"),
  );
  const [head = "", tail] = hexadecimal.split("::");
  const groups = (part: string) =>
    part
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return groups(head);
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...new Array<number>(missing).fill(0), ...groups(tail)];
}

/** Country and network number, or the one of them that is known. */
function network(headers: Headers): string | null {
  const country = /^[A-Z]{2}$/.exec(headers["cloudfront-viewer-country"]?.toUpperCase() ?? "");
  const number = /^[1-9]\d{0,9}$/.exec(headers["cloudfront-viewer-asn"] ?? "");
  return country || number ? [country?.[0], number?.[0]].filter(Boolean).join("-") : null;
}

function lowerCased(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
