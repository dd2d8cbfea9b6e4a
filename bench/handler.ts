// Measures the processor time of the Lambda handler for each message, with DynamoDB and @connections as stubs.

import { fork } from "node:child_process";
import { once } from "node:events";
import type { TrackerEvent } from "../functions/tracker/event.ts";
import { openStubs } from "./cloud-stubs.ts";
import type { Measure } from "./measurement.ts";

const warmUps = 300;
const messages = 1500;

/** What the child reports: microseconds of processor time for each message. */
interface Report {
  readonly kind: string;
  readonly microseconds: number;
}

export const measure: Measure = async () => {
  const stubs = await openStubs();
  try {
    const reports: Report[] = [];
    for (const kind of Object.keys(bodies)) {
      const child = fork(new URL(import.meta.url), [kind], { env: { ...stubs.environment } });
      const [report] = (await once(child, "message")) as [Report];
      reports.push(report);
    }
    return {
      title: "Processor time of the handler",
      method: `${messages} messages of a kind one after the other, each to a process of its own that only runs the handler, after ${warmUps} to warm up. User and system time of that process; DynamoDB and @connections are stubs in another process, so signing, HTTP and JSON are in the figure. Of an announce with five offers, by \`node --cpu-prof\`: Node's HTTP client and sockets 52 %, signing 17 %, reading and writing seats 15 %, collecting garbage 3 %, the tracker's own decisions the rest.`,
      figures: reports.map(({ kind, microseconds }) => ({
        what: kind,
        value: `${(microseconds / 1000).toFixed(2)} ms`,
      })),
    };
  } finally {
    await stubs.close();
  }
};

const announce = { action: "announce", info_hash: "one swarm for all---" };
const sdp = "a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host\r\n".repeat(13);
const offers = Array.from({ length: 5 }, (_, n) => ({
  offer: { type: "offer", sdp },
  offer_id: `offer-${n}`,
}));
const bodies: Readonly<Record<string, object>> = {
  "an announce with five offers, all relayed": { ...announce, event: "started", numwant: 5, offers },
  "a later announce without offers": announce,
  "an answer": {
    ...announce,
    to_peer_id: "peer 1".padEnd(20),
    answer: { type: "answer", sdp },
    offer_id: "offer-1",
  },
};

if (process.send) {
  const { handler } = await import("../functions/tracker/handler.ts");
  const kind = process.argv[2] ?? "";
  const events = Array.from({ length: warmUps + messages }, (_, number) => eventWith(kind, number));
  for (const event of events.slice(0, warmUps)) await handler(event);
  const before = process.cpuUsage();
  for (const event of events.slice(warmUps)) await handler(event);
  const { user, system } = process.cpuUsage(before);
  process.send({ kind, microseconds: (user + system) / messages } satisfies Report);
  process.exit();
}

/** From ever new connections, so that none asks too much. */
function eventWith(kind: string, number: number): TrackerEvent {
  const viewer = `viewer ${number}`.padEnd(20);
  return {
    requestContext: {
      routeKey: "announce",
      messageId: "message",
      eventType: "MESSAGE",
      extendedRequestId: "request",
      requestTime: "01/Nov/2026:00:00:00 +0000",
      messageDirection: "IN",
      stage: "tracker",
      connectedAt: 0,
      requestTimeEpoch: 0,
      requestId: "request",
      domainName: "localhost",
      connectionId: viewer,
      apiId: "api",
      authorizer: { lan: "address", net: "DE-1" },
    },
    body: JSON.stringify({ ...bodies[kind], peer_id: viewer }),
    isBase64Encoded: false,
  };
}
