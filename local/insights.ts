/** What viewers report, on this machine: figures of the last minute as OpenMetrics, on the loopback alone. */

import { createServer, type ServerResponse } from "node:http";
import { readRampAt } from "../functions/insights/pace-store.ts";
import { figuresBetween } from "../functions/insights/roll-up.ts";
import { rowOf } from "../functions/insights/rows.ts";
import type { Table } from "../functions/record/dynamodb.ts";
import { openMetrics } from "./insights/open-metrics.ts";
import { listenOnLoopback } from "./loopback-server.ts";

const MINUTE_SECONDS = 60;

export interface LocalInsights {
  /** Where the metrics are, for this machine only. */
  readonly metricsAddress: string;
  stop(): Promise<void>;
}

export async function startInsights(table: Table): Promise<LocalInsights> {
  const server = createServer((_, response) => void tell(table, response));
  const { endpoint, stop } = await listenOnLoopback(server);
  return { metricsAddress: `${endpoint}/metrics`, stop };
}

/** Of the last whole minute. */
async function tell(table: Table, response: ServerResponse): Promise<void> {
  try {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const minute = Math.floor(nowSeconds / MINUTE_SECONDS) - 1;
    const [figures, ramp] = await Promise.all([
      figuresBetween(table, { first: minute, last: minute, nowSeconds }),
      readRampAt(table, nowSeconds),
    ]);
    response
      .writeHead(200, { "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8" })
      .end(openMetrics(figures.length > 0 ? rowOf(figures) : null, ramp));
  } catch {
    response.writeHead(503).end();
  }
}
