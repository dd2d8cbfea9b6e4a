/** What WebRTC's own statistics say of a connection (https://www.w3.org/TR/webrtc-stats/), by which no address is kept. */

import type { PeerRow } from "./debug-file.ts";

export type ConnectionStats = Pick<
  PeerRow,
  "distance" | "here" | "there" | "transport" | "roundTripMs" | "bytesFrom" | "bytesTo"
>;

export const NO_STATS: ConnectionStats = {
  distance: null,
  here: null,
  there: null,
  transport: null,
  roundTripMs: null,
  bytesFrom: 0,
  bytesTo: 0,
};

type Values = Readonly<Record<string, unknown>>;

/** Reads a report; all of it is null or 0 until a pair of candidates is selected. */
export function connectionStats(report: ReadonlyMap<string, unknown>): ConnectionStats {
  const all = [...report.values()].map((one) => one as Values);
  const transport = all.find(({ type }) => type === "transport");
  // Firefox has no transport, and marks the pair.
  const pair =
    all.find(({ id }) => id === transport?.["selectedCandidatePairId"]) ??
    all.find(({ type, selected, nominated, state }) => {
      return (
        type === "candidate-pair" && (selected === true || (nominated === true && state === "succeeded"))
      );
    });
  if (!pair) return NO_STATS;
  const candidateOf = (name: string) => all.find(({ id }) => id === pair[name]) ?? {};
  const [here, there] = [candidateOf("localCandidateId"), candidateOf("remoteCandidateId")];
  const roundTrip = numberIn(pair, "currentRoundTripTime");
  const own = all.filter(({ type }) => type === "local-candidate");
  return {
    distance: distanceBetween(here, there, own),
    here: kindOf(here),
    there: kindOf(there),
    transport: transportOf(here),
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
    bytesFrom: numberIn(pair, "bytesReceived") ?? 0,
    bytesTo: numberIn(pair, "bytesSent") ?? 0,
  };
}

/** Loopback, link-local, and what no router passes on; and names that only the same network resolves. */
const OF_ONE_NETWORK =
  /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd][\da-f]{2}:|fe[89ab][\da-f]:)|\.local$/i;

/**
 * How near the other end is. Country and provider are the tracker's alone, which matches by them and tells nobody; what the
 * two ends' addresses say needs nobody's word. `own` are this end's candidates.
 */
function distanceBetween(here: Values, there: Values, own: readonly Values[]): ConnectionStats["distance"] {
  const address = textIn(there, "address");
  if (kindOf(here) === "relay" || kindOf(there) === "relay") return null;
  // Browsers keep another's address in its own network to themselves: a pair of two such is one network's.
  if (address === null) return kindOf(here) === "host" && kindOf(there) === "host" ? "same-network" : null;
  if (OF_ONE_NETWORK.test(address)) return "same-network";
  const addresses = own.flatMap((candidate) => textIn(candidate, "address") ?? []);
  if (addresses.includes(address)) return "same-address";
  const network = networkIn(address);
  const isBeside = network !== null && addresses.some((one) => networkIn(one) === network);
  return isBeside ? "same-network" : "elsewhere";
}

/** The first 64 bits of an IPv6 address, which one network has; null for IPv4. */
function networkIn(address: string): string | null {
  if (!address.includes(":")) return null;
  const [before = "", after = ""] = address.toLowerCase().split("::");
  const [first, last] = [before, after].map((part) => part.split(":").filter(Boolean)) as [
    string[],
    string[],
  ];
  const between = address.includes("::") ? 8 - first.length - last.length : 0;
  return [...first, ...Array<string>(between).fill("0"), ...last].slice(0, 4).join(":");
}

const KINDS = ["host", "srflx", "prflx", "relay"] as const;

function kindOf({ candidateType }: Values): ConnectionStats["here"] {
  return KINDS.find((kind) => kind === candidateType) ?? null;
}

function transportOf({ protocol, relayProtocol }: Values): string | null {
  const used = [protocol, relayProtocol].filter((one) => one === "udp" || one === "tcp" || one === "tls");
  return used.length === 0 ? null : used.join(" by ");
}

function textIn(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : null;
}

function numberIn(values: Values, name: string): number | null {
  const value = values[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
