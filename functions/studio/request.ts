/** Reads a request to the studio's API, and refuses what another site's page might have sent. */

import type { LambdaFunctionURLEvent } from "aws-lambda";

export interface StudioRequest {
  readonly method: string;
  /** Below `/studio/api/`. */
  readonly path: string;
  readonly cookies: readonly string[];
  readonly device: string;
  /** The page that asks, as browsers say with every change; empty otherwise. */
  readonly origin: string;
  /** Undefined where there is none. */
  readonly body: unknown;
}

/** Why a request is refused, for the person who reads it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const BASE = "/studio/api/";

export function readRequest(event: LambdaFunctionURLEvent): StudioRequest {
  const { method } = event.requestContext.http;
  const { headers, cookies = [], rawPath } = event;
  if (!rawPath.startsWith(BASE)) throw new Refusal(404, "There is nothing here.");
  refuseStrangers(method, headers);
  return {
    method,
    path: rawPath.slice(BASE.length),
    cookies: cookies.map((cookie) => cookie.trim()),
    device: headers["user-agent"] ?? "",
    origin: headers["origin"] ?? "",
    body: bodyOf(event),
  };
}

/**
 * The cookie is SameSite=Strict, so another site's page brings none. Besides, a change has to say that it is JSON, which
 * a form can't and a script may only after a preflight, which nobody here answers; and browsers say where they are.
 */
function refuseStrangers(method: string, headers: LambdaFunctionURLEvent["headers"]): void {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin")
    throw new Refusal(403, "Only the studio's own page may ask.");
  if (method === "GET") return;
  if (headers["content-type"] !== "application/json") throw new Refusal(415, "A change must be JSON.");
}

function bodyOf({ body, isBase64Encoded }: LambdaFunctionURLEvent): unknown {
  if (!body) return undefined;
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body);
  } catch {
    throw new Refusal(400, "This isn't JSON.");
  }
}
