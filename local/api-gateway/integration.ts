/** Invokes the function behind a route and reads its answer, as API Gateway's Lambda proxy integration does. */

import type { Lambda } from "../lambda.ts";
import type { Route } from "../template/websocket-api.ts";

export interface ProxyResponse {
  readonly statusCode: number;
  readonly body: string | undefined;
}

/** Why there is no answer: the status and the message that the caller gets. */
export interface IntegrationFailure {
  readonly statusCode: 502 | 504;
  readonly message: "Internal server error" | "Endpoint request timed out";
}

const FAILED: IntegrationFailure = { statusCode: 502, message: "Internal server error" };
const TIMED_OUT: IntegrationFailure = { statusCode: 504, message: "Endpoint request timed out" };

export type Invoker = Pick<Lambda, "invoke">;

/** Invokes the route's function. A route without one answers 200. Never throws: a failure is an answer too. */
export async function callFunction(
  lambda: Invoker,
  route: Route,
  event: unknown,
): Promise<ProxyResponse | IntegrationFailure> {
  if (!route.functionId) return { statusCode: 200, body: undefined };
  const invocation = lambda.invoke(route.functionId, event).then(readResponse, () => FAILED);
  return Promise.race([invocation, timeout(route.timeoutSeconds, invocation)]);
}

export function isFailure(answer: ProxyResponse | IntegrationFailure): answer is IntegrationFailure {
  return "message" in answer;
}

/** An answer without an integer status is malformed, which the caller sees as a failure. */
function readResponse(value: unknown): ProxyResponse | IntegrationFailure {
  if (typeof value !== "object" || value === null) return FAILED;
  const { statusCode, body } = value as { statusCode?: unknown; body?: unknown };
  if (!Number.isInteger(Number(statusCode)) || statusCode === null) return FAILED;
  if (body !== undefined && body !== null && typeof body !== "string") return FAILED;
  return { statusCode: Number(statusCode), body: body ?? undefined };
}

function timeout(seconds: number, settled: Promise<unknown>): Promise<IntegrationFailure> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(TIMED_OUT), seconds * 1000);
    void settled.finally(() => clearTimeout(timer));
  });
}
