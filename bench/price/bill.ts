/** The units that AWS charges for a tracker, and their prices. */

import { PRICES } from "../../build/cost/prices.ts";

export interface Bill {
  /** DynamoDB capacity units. */
  readonly writes: number;
  readonly reads: number;
  readonly dynamoDbRequests: number;
  /** Calls to @connections: free, but Lambda waits for them. */
  readonly posts: number;
  /** API Gateway's messages of at most 32 KB, in and out. */
  readonly messages: number;
  readonly connectionMinutes: number;
  readonly invocations: number;
}

/** For one invocation: the function's memory in template.yaml, and the time of its network calls within one region. */
const GIGABYTE_SECONDS = 0.25 * 0.03;

export function dollars(bill: Bill): number {
  return (
    bill.messages * PRICES.apiGateway.message +
    bill.connectionMinutes * PRICES.apiGateway.connectionMinute +
    bill.writes * PRICES.dynamoDb.write +
    bill.reads * PRICES.dynamoDb.read +
    bill.invocations * (PRICES.lambda.request + GIGABYTE_SECONDS * PRICES.lambda.gigabyteSecond)
  );
}

export function cents(value: number): string {
  return `$${value.toFixed(3)}`;
}

export const NO_BILL: Bill = {
  writes: 0,
  reads: 0,
  dynamoDbRequests: 0,
  posts: 0,
  messages: 0,
  connectionMinutes: 0,
  invocations: 0,
};

/** The policy to beat, per viewer and hour: 30 announces, each with five offers relayed, all answered, a read each. */
export const FIXED_POLICY: Bill = {
  ...NO_BILL,
  messages: 30 * (2 + 5 * 3),
  connectionMinutes: 60,
  invocations: 30 * (1 + 5),
  reads: 30 * (0.5 + 5 * 0.5),
};

export function plus(a: Bill, b: Bill): Bill {
  return combine(a, b, (x, y) => x + y);
}

export function minus(a: Bill, b: Bill): Bill {
  return combine(a, b, (x, y) => x - y);
}

export function times(bill: Bill, factor: number): Bill {
  return combine(bill, bill, (x) => x * factor);
}

function combine(a: Bill, b: Bill, operation: (x: number, y: number) => number): Bill {
  return {
    writes: operation(a.writes, b.writes),
    reads: operation(a.reads, b.reads),
    dynamoDbRequests: operation(a.dynamoDbRequests, b.dynamoDbRequests),
    posts: operation(a.posts, b.posts),
    messages: operation(a.messages, b.messages),
    connectionMinutes: operation(a.connectionMinutes, b.connectionMinutes),
    invocations: operation(a.invocations, b.invocations),
  };
}
