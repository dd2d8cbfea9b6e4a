/** Runs `$connect`'s authorizer: whether a handshake may go on, and the context that it gives the connection. */

import type { IncomingMessage } from "node:http";
import type { Authorizer, WebSocketApi } from "../template/websocket-api.ts";
import { type AuthorizerContext, authorizerEvent, type Caller, connectArn } from "./events.ts";
import type { Invoker } from "./integration.ts";

export type Authorization =
  | { readonly allowed: true; readonly context: AuthorizerContext }
  | { readonly allowed: false; readonly statusCode: 401 | 403 | 500; readonly message: string };

const UNAUTHORIZED: Authorization = { allowed: false, statusCode: 401, message: "Unauthorized" };
const FAILED: Authorization = { allowed: false, statusCode: 500, message: "Internal server error" };
const DENIED = "User is not authorized to access this resource";

/** Runs the authorizer. A request that lacks an identity source is refused without asking it. */
export async function authorize(
  lambda: Invoker,
  authorizer: Authorizer,
  api: WebSocketApi,
  caller: Caller,
  request: IncomingMessage,
): Promise<Authorization> {
  if (!authorizer.identitySources.every((source) => hasIdentity(request, source))) return UNAUTHORIZED;
  try {
    return readPolicy(
      await lambda.invoke(authorizer.functionId, authorizerEvent(api, caller, request)),
      connectArn(api),
    );
  } catch (error) {
    // The one error that an authorizer may throw on purpose.
    return error instanceof Error && /^(Error: )?Unauthorized\b/.test(error.message) ? UNAUTHORIZED : FAILED;
  }
}

/** Reads an authorizer's answer: an IAM policy, and a context of plain values that become strings. */
function readPolicy(answer: unknown, arn: string): Authorization {
  const { principalId, policyDocument, context = {} } = (answer ?? {}) as Record<string, unknown>;
  const statements = (policyDocument as { Statement?: unknown } | undefined)?.Statement;
  if (typeof principalId !== "string" || statements === undefined || !isPlain(context)) return FAILED;
  const effects = ([statements].flat() as Statement[])
    .filter((statement) => covers(statement, arn))
    .map(({ Effect }) => Effect);
  if (effects.includes("Deny"))
    return { allowed: false, statusCode: 403, message: `${DENIED} with an explicit deny` };
  if (!effects.includes("Allow")) return { allowed: false, statusCode: 403, message: DENIED };
  const strings = Object.entries(context).map(([key, value]) => [key, String(value)]);
  return { allowed: true, context: { principalId, ...Object.fromEntries(strings) } };
}

function isPlain(context: unknown): context is Record<string, string | number | boolean> {
  if (typeof context !== "object" || context === null || Array.isArray(context)) return false;
  return Object.values(context).every((value) => ["string", "number", "boolean"].includes(typeof value));
}

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
}

function covers({ Action, Resource }: Statement, arn: string): boolean {
  const some = (patterns: unknown, text: string): boolean =>
    [patterns].flat().some((pattern) => matchesPattern(String(pattern), text));
  return some(Action, "execute-api:Invoke") && some(Resource, arn);
}

/** IAM's wildcards: `*` for any text, `?` for any character. */
function matchesPattern(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(text);
}

function hasIdentity(request: IncomingMessage, source: string): boolean {
  const [, part, name] = /^route\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (!part || !name) throw new Error(`The identity source ${source} is not known here`);
  if (part === "header") return Boolean(request.headers[name.toLowerCase()]);
  return Boolean(new URL(request.url ?? "/", "http://localhost").searchParams.get(name));
}
