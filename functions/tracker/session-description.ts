/**
 * Decides whether a session description (RFC 8866) may be relayed. Its receiver's browser sends packets to every
 * candidate in it (RFC 8445), so a description mustn't carry a load of them, nor lead into the receiver's own machine.
 */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Characters; real ones have 500 to 2,000, with some ten candidates. */
export const MAX_SDP_LENGTH = 4 * 1024;
export const MAX_CANDIDATES = 20;

/** Which candidates are relayed besides those that lead from one machine to another. */
export interface CandidateRules {
  /** For viewers who are all on the tracker's own machine. */
  readonly allowsLoopback: boolean;
}

/** What a deployment in the cloud relays. */
export const STRICT: CandidateRules = { allowsLoopback: false };

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Multicast, broadcast and "this host" (RFC 6890): no peer is reached there. */
const toNobody = new BlockList();
toNobody.addSubnet("224.0.0.0", 3, "ipv4");
toNobody.addSubnet("0.0.0.0", 8, "ipv4");
toNobody.addSubnet("ff00::", 8, "ipv6");
toNobody.addAddress("::", "ipv6");

/** Returns why a description isn't relayed, or null. */
export function refusalOfDescription(sdp: string, rules: CandidateRules): string | null {
  if (sdp.length > MAX_SDP_LENGTH) return `may have at most ${MAX_SDP_LENGTH} characters`;
  const candidates = Array.from(sdp.matchAll(/^[ \t]*a=candidate:([^\r\n]*)/gim), ([, line = ""]) => line);
  if (candidates.length > MAX_CANDIDATES) return `may have at most ${MAX_CANDIDATES} candidates`;
  const refused = candidates.some((candidate) => !isReachable(addressOf(candidate), rules));
  return refused ? "has a candidate that leads to no other machine" : null;
}

/** `candidate:foundation component transport priority address port …` (RFC 8839, 5.1). */
function addressOf(candidate: string): string {
  const [, , , , address = ""] = candidate.trim().split(/\s+/);
  return address;
}

function isReachable(address: string, { allowsLoopback }: CandidateRules): boolean {
  // Browsers hide addresses behind names that only their own network resolves (RFC 8828).
  if (/^[\w-]+\.local$/i.test(address)) return true;
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : null;
  if (family === null || toNobody.check(address, family)) return false;
  return allowsLoopback || !loopback.check(address, family);
}
