// What AWS charges for: the units of a tracker's bill, and what they cost.

import { PRICES } from "../../build/cost/prices.ts";

export interface Bill {
  /** DynamoDB capacity units. */
  readonly writes: number;
  readonly reads: number;
  readonly dynamoDbRequests: number;
  /** Calls to @connections: not charged, but Lambda waits for them. */
  readonly posts: number;
  /** API Gateway's, of at most 32 KB, in and out. */
  readonly messages: number;
  readonly connectionMinutes: number;
  readonly invocations: number;
}

/** Of an invocation: the function's memory in template.yaml, and a time that its network calls take in one region. */
const gigabyteSeconds = 0.25 * 0.03;

export function dollars(bill: Bill): number {
  return (
    bill.messages * PRICES.apiGateway.message +
    bill.connectionMinutes * PRICES.apiGateway.connectionMinute +
    bill.writes * PRICES.dynamoDb.write +
    bill.reads * PRICES.dynamoDb.read +
    bill.invocations * (PRICES.lambda.request + gigabyteSeconds * PRICES.lambda.gigabyteSecond)
  );
}

export function cents(value: number): string {
  return `$${value.toFixed(3)}`;
}

export const noBill: Bill = {
  writes: 0,
  reads: 0,
  dynamoDbRequests: 0,
  posts: 0,
  messages: 0,
  connectionMinutes: 0,
  invocations: 0,
};

/** The policy to beat, for a viewer and hour: 30 announces, five offers relayed each, all answered, a read each. */
export const fixedPolicy: Bill = {
  ...noBill,
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
