/** Measures the Lambda handler's processor time per message, with stubs for DynamoDB and @connections. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrackerEvent } from "../functions/tracker/event.ts";
import { openStubs } from "./cloud-stubs.ts";
import { bundleFunction } from "./function-bundle.ts";
import type { Measure } from "./measurement.ts";

const WARM_UPS = 300;
const MESSAGES = 1500;

/** What the child process reports. */
interface Report {
  readonly kind: string;
  /** Processor time per message. */
  readonly microseconds: number;
}

export const measure: Measure = async () => {
  const folder = await mkdtemp(join(tmpdir(), "shoal-handler-"));
  const stubs = await openStubs();
  try {
    const { file } = await bundleFunction("TrackerFunction", folder);
    const reports: Report[] = [];
    for (const kind of Object.keys(BODIES)) {
      const child = fork(new URL(import.meta.url), [kind, file], { env: stubs.environment, silent: true });
      const [report] = (await once(child, "message")) as [Report];
      reports.push(report);
    }
    return {
      title: "Processor time of the handler",
      method: `${MESSAGES} messages of each kind in sequence, after ${WARM_UPS} to warm up, in a process that runs only the bundle that SAM would make. Figures are that process's user and system time, including signing, HTTP and JSON; DynamoDB and @connections are stubs in another process.`,
      figures: reports.map(({ kind, microseconds }) => ({
        what: kind,
        value: `${(microseconds / 1000).toFixed(2)} ms`,
      })),
    };
  } finally {
    await stubs.close();
    await rm(folder, { recursive: true });
  }
};

const ANNOUNCE = { action: "announce", info_hash: "one swarm for all---" };
const SDP = "a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host\r\n".repeat(13);
const OFFERS = Array.from({ length: 5 }, (_, n) => ({
  offer: { type: "offer", sdp: SDP },
  offer_id: `offer-${n}`,
}));
const BODIES: Readonly<Record<string, object>> = {
  "an announce with five offers, all relayed": { ...ANNOUNCE, event: "started", numwant: 5, offers: OFFERS },
  "a later announce without offers": ANNOUNCE,
  "an answer": {
    ...ANNOUNCE,
    to_peer_id: "peer 1".padEnd(20),
    answer: { type: "answer", sdp: SDP },
    offer_id: "offer-1",
  },
};

if (process.send) {
  const [kind = "", file = ""] = process.argv.slice(2);
  const { handler } = await import(file);
  const events = Array.from({ length: WARM_UPS + MESSAGES }, (_, number) => eventWith(kind, number));
  for (const event of events.slice(0, WARM_UPS)) await handler(event);
  const before = process.cpuUsage();
  for (const event of events.slice(WARM_UPS)) await handler(event);
  const { user, system } = process.cpuUsage(before);
  process.send({ kind, microseconds: (user + system) / MESSAGES } satisfies Report);
  process.exit();
}

/** Each event comes from a new connection, so that none sends too much. */
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
    body: JSON.stringify({ ...BODIES[kind], peer_id: viewer }),
    isBase64Encoded: false,
  };
}
