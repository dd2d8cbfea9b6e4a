/** What WebRTC's own statistics say of a connection (https://www.w3.org/TR/webrtc-stats/), without any address. */

import type { PeerRow } from "./debug-file.ts";

export type ConnectionStats = Pick<
  PeerRow,
  "here" | "there" | "transport" | "roundTripMs" | "bytesFrom" | "bytesTo"
>;

export const NO_STATS: ConnectionStats = {
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
  return {
    here: kindOf(here),
    there: kindOf(there),
    transport: transportOf(here),
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
    bytesFrom: numberIn(pair, "bytesReceived") ?? 0,
    bytesTo: numberIn(pair, "bytesSent") ?? 0,
  };
}

const KINDS = ["host", "srflx", "prflx", "relay"] as const;

function kindOf({ candidateType }: Values): ConnectionStats["here"] {
  return KINDS.find((kind) => kind === candidateType) ?? null;
}

function transportOf({ protocol, relayProtocol }: Values): string | null {
  const used = [protocol, relayProtocol].filter((one) => one === "udp" || one === "tcp" || one === "tls");
  return used.length === 0 ? null : used.join(" by ");
}

function numberIn(values: Values, name: string): number | null {
  const value = values[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
