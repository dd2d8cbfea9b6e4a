/** Reads getStats() of every RTCPeerConnection that the page makes. */

import type { ConnectionReport } from "../viewer-report.ts";

const READING_MS = 2_000;

interface Watched {
  readonly connection: RTCPeerConnection;
  report: ConnectionReport;
}

/** To be called before anything makes a connection; returns the way to read. */
export function watchConnections(): () => Promise<ConnectionReport[]> {
  const watched: Watched[] = [];
  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      const nothing = {
        bytesSent: 0,
        bytesReceived: 0,
        roundTripSeconds: [],
        pair: null,
        state: "new",
      } as const;
      watched.push({ connection: this, report: nothing });
    }
  };
  const readAll = async () => {
    for (const one of watched) {
      if (one.report.state !== "closed") one.report = await read(one.connection, one.report);
    }
  };
  setInterval(() => void readAll(), READING_MS);
  return async () => {
    await readAll();
    return watched.map(({ report }) => report);
  };
}

/** A closed connection keeps what it told before. */
async function read(connection: RTCPeerConnection, before: ConnectionReport): Promise<ConnectionReport> {
  const state = connection.connectionState;
  if (state === "closed") return { ...before, state };
  const stats = await connection.getStats();
  const entries = new Map<string, Record<string, unknown>>();
  stats.forEach((entry: RTCStats & Record<string, unknown>, id: string) => {
    entries.set(id, entry);
  });
  const transport = [...entries.values()].find(({ type }) => type === "transport");
  const pair = entries.get(String(transport?.["selectedCandidatePairId"]));
  if (!transport || !pair) return { ...before, state };
  const typeOf = (side: string) => String(entries.get(String(pair[side]))?.["candidateType"]);
  const roundTrip = pair["currentRoundTripTime"];
  return {
    bytesSent: Number(transport["bytesSent"]),
    bytesReceived: Number(transport["bytesReceived"]),
    roundTripSeconds:
      typeof roundTrip === "number" ? [...before.roundTripSeconds, roundTrip] : before.roundTripSeconds,
    pair: `${typeOf("localCandidateId")}-${typeOf("remoteCandidateId")}`,
    state,
  };
}
