/** Measures the size of the functions' bundles and the time that a new instance takes to its first response. */

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStubs } from "./cloud-stubs.ts";
import { bundleFunction } from "./function-bundle.ts";
import { atMost, type Measure, percentile } from "./measurement.ts";

const STARTS = 15;

export const measure: Measure = async () => {
  const folder = await mkdtemp(join(tmpdir(), "shoal-cold-start-"));
  const stubs = await openStubs();
  try {
    const tracker = await bundleFunction("TrackerFunction", folder);
    const authorizer = await bundleFunction("TrackerAuthorizerFunction", folder);
    const starter = join(folder, "start.mjs");
    await writeFile(starter, starterFor(tracker.file, FIRST_ANNOUNCE));
    const times: number[] = [];
    for (let start = 0; start < STARTS; start++) times.push(await startOnce(starter, stubs.environment));
    const empty = join(folder, "empty.mjs");
    await writeFile(empty, "process.stdout.write(String(performance.timeOrigin + performance.now()));");
    const bare: number[] = [];
    for (let start = 0; start < STARTS; start++) bare.push(await startOnce(empty, {}));

    const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
    const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
    return {
      title: "Cold start",
      method: `Bundled by esbuild as in the template (ESM, minified, Node 24). Time from starting the process to the response to its first event, a first announce with five offers, with DynamoDB and @connections as stubs on this machine; ${STARTS} starts. An empty program shows how much of it is Node's own.`,
      figures: [
        atMost("tracker's bundle", tracker.bytes, 250 * 1024, kilobytes),
        atMost("authorizer's bundle", authorizer.bytes, 250 * 1024, kilobytes),
        atMost("process start to first response, median", percentile(times, 0.5), 150, milliseconds),
        { what: "the slowest", value: milliseconds(Math.max(...times)) },
        { what: "an empty program, median", value: milliseconds(percentile(bare, 0.5)) },
      ],
    };
  } finally {
    await stubs.close();
    await rm(folder, { recursive: true });
  }
};

const FIRST_ANNOUNCE = {
  requestContext: {
    routeKey: "announce",
    eventType: "MESSAGE",
    connectionId: "connection-0",
    domainName: "localhost",
    stage: "tracker",
    authorizer: { lan: "address", net: "DE-1" },
  },
  body: JSON.stringify({
    action: "announce",
    info_hash: "one swarm for all---",
    peer_id: "the first of viewers",
    event: "started",
    numwant: 5,
    offers: Array.from({ length: 5 }, (_, n) => ({
      offer: { type: "offer", sdp: "a=x\r\n".repeat(150) },
      offer_id: `offer-${n}`,
    })),
  }),
  isBase64Encoded: false,
};

/** A program that handles one event and prints the time at which it had the response. */
function starterFor(file: string, event: unknown): string {
  return `const { handler } = await import(${JSON.stringify(file)});
const { statusCode } = await handler(${JSON.stringify(event)});
if (statusCode !== 200) process.exit(1);
process.stdout.write(String(performance.timeOrigin + performance.now()), () => process.exit(0));`;
}

/** Milliseconds from starting the process to the time that it prints last, after its metrics. */
function startOnce(program: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const asked = performance.timeOrigin + performance.now();
  const child = spawn(process.execPath, [program], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (piece) => {
    printed += String(piece);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0
        ? resolve(Number(printed.split("\n").at(-1)) - asked)
        : reject(new Error(`the function ended with ${code}`)),
    );
  });
}
