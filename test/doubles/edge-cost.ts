/**
 * A worker that counts what the edge function does for a request. In an isolate of its own, since V8 counts for a whole
 * isolate, and a coverage report counts there too.
 */

import crypto from "node:crypto";
import { Session } from "node:inspector/promises";
import { parentPort, workerData } from "node:worker_threads";
import { edgeFunction, edgeRequest } from "../../local/cloudfront/edge-function.ts";

export interface EdgeCost {
  signatures: number;
  signedBytes: number;
  /** How often any block of the code ran. */
  blocks: number;
}

const { code, addresses, pass } = workerData as { code: string; addresses: readonly string[]; pass: string };
const headers = pass ? { "x-shoal-pass": pass } : {};
const costs: EdgeCost[] = [];
for (const address of addresses) costs.push(await costOf(address));
parentPort?.postMessage(costs);

async function costOf(address: string): Promise<EdgeCost> {
  const cost = { signatures: 0, signedBytes: 0, blocks: 0 };
  const counting = {
    createHmac: (algorithm: string, key: string) => {
      cost.signatures += 1;
      const hmac = crypto.createHmac(algorithm, key);
      const counted = {
        update: (text: string) => {
          cost.signedBytes += text.length;
          hmac.update(text);
          return counted;
        },
        digest: (encoding: "base64url") => hmac.digest(encoding),
      };
      return counted;
    },
  };
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const [uri = "", query = ""] = address.split("?");
  edgeFunction(code, { crypto: counting })(edgeRequest("GET", uri, query, headers), "203.0.113.7");
  const { result } = await session.post("Profiler.takePreciseCoverage");
  await session.post("Profiler.stopPreciseCoverage");
  session.disconnect();
  for (const script of result.filter(({ url }) => url === "viewer-request.js")) {
    for (const { ranges } of script.functions) for (const range of ranges) cost.blocks += range.count;
  }
  return cost;
}
