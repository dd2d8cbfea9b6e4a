/** What the tracker refuses, through API Gateway's stand-in: always in words, and never by closing the connection. */

import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Heard } from "../doubles/strict-client.ts";
import { type CloudTracker, startCloudTracker } from "./tracker/cloud.ts";
import { id, Viewer } from "./tracker/viewer.ts";

let tracker: CloudTracker;
beforeAll(async () => {
  tracker = await startCloudTracker();
});
afterAll(() => tracker.stop());

async function viewer(): Promise<Viewer> {
  const one = await Viewer.connect(tracker.url);
  onTestFinished(() => one.close());
  return one;
}

const malformed: [string, unknown, Heard][] = [
  [
    "an unknown event",
    { action: "announce", info_hash: id("x"), peer_id: id("p"), event: "paused" },
    { info_hash: id("x") },
  ],
  ["invalid JSON", "{", {}],
  ["nothing", '""', {}],
  ["not an object", "[1]", {}],
  ["no action", { info_hash: id("x"), peer_id: id("p") }, { info_hash: id("x") }],
  ["an unknown action", { action: "connect", info_hash: id("x") }, { info_hash: id("x") }],
  ["a short info_hash", { action: "announce", info_hash: "short", peer_id: id("p") }, {}],
  [
    "a peer_id of wide characters",
    { action: "announce", info_hash: id("x"), peer_id: "\u0100".repeat(20) },
    { info_hash: id("x") },
  ],
  ["a scrape of everything", { action: "scrape" }, { action: "scrape" }],
  [
    "a scrape of 65",
    { action: "scrape", info_hash: Array.from({ length: 65 }, (_, n) => id(`s${n}`)) },
    { action: "scrape" },
  ],
];
test.each(malformed)(
  "%s is refused with a failure reason and an action, and the socket stays",
  async (_, message, more) => {
    const ann = await viewer();
    ann.send(message);
    expect(await ann.hearsFailure()).toEqual({
      action: "announce",
      "failure reason": expect.any(String),
      ...more,
    });
    expect(await ann.announced(id("y"), id("p"))).toBeDefined();
    expect(ann.isOpen).toBe(true);
  },
);

test("a message of more than 64 KB is refused, with the swarm that it was for", async () => {
  const ann = await viewer();
  const swarm = id("large");
  // In frames that API Gateway lets through.
  ann.sendInFrames(JSON.stringify({ action: "announce", info_hash: swarm, padding: "x".repeat(70_000) }));
  expect(await ann.hearsFailure()).toMatchObject({ action: "announce", info_hash: swarm });
  expect(ann.isOpen).toBe(true);
});
