/** What an attack makes the stack do, counted on this machine, and what AWS would charge for it. */

import { PRICES } from "../../build/cost/prices.ts";
import type { Shoal } from "../../local/shoal.ts";

/** What was counted between the beginning and the end of an attack. */
export interface Toll {
  /** Requests and handshakes that the edge met: each is a request of CloudFront's and a run of its function. */
  readonly requests: number;
  /** Of API Gateway, in and out. */
  readonly messages: number;
  readonly invocations: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly reads: number;
}

/** What an attacker did: `requests` at the edge, `messages` over its connections in both directions. */
export interface Done {
  readonly requests?: number;
  readonly messages?: number;
}

/** DynamoDB charges a refused conditional write as well; a query of a few items is a read. */
const READS = ["GetItem", "Query"];
const WRITES = ["PutItem", "UpdateItem", "DeleteItem"];

export async function tollOf(shoal: Shoal, attack: () => Promise<Done>): Promise<Toll> {
  const [invocations, requests] = [shoal.invocations, shoal.tableRequests];
  const { requests: edge = 0, messages = 0 } = await attack();
  const counted = sinceThen(requests, shoal.tableRequests);
  const sum = (names: readonly string[]) => names.reduce((all, name) => all + (counted[name] ?? 0), 0);
  return {
    requests: edge,
    messages,
    invocations: sinceThen(invocations, shoal.invocations),
    writes: sum(WRITES),
    reads: sum(READS),
  };
}

/** Of one invocation where nothing else is known: the tracker's memory, and the time of its calls within a region. */
const GIGABYTE_SECONDS = 0.25 * 0.03;

/** `gigabyteSeconds` of the functions whose invocations take more than others', by name. */
export function dollarsOf(toll: Toll, gigabyteSeconds: Readonly<Record<string, number>> = {}): number {
  const lambda = Object.entries(toll.invocations).map(
    ([name, times]) =>
      times *
      (PRICES.lambda.request + (gigabyteSeconds[name] ?? GIGABYTE_SECONDS) * PRICES.lambda.gigabyteSecond),
  );
  return (
    toll.requests * (PRICES.cloudFront.request + PRICES.cloudFront.functionRun) +
    toll.messages * PRICES.apiGateway.message +
    lambda.reduce((sum, dollars) => sum + dollars, 0) +
    toll.writes * PRICES.dynamoDb.write +
    toll.reads * PRICES.dynamoDb.read
  );
}

export function invocationsIn({ invocations }: Toll): number {
  return Object.values(invocations).reduce((sum, times) => sum + times, 0);
}

function sinceThen(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, times]) => [name, times - (before[name] ?? 0)] as const)
      .filter(([, times]) => times > 0),
  );
}
