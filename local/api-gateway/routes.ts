/** Decides which route of the API a message takes. */

import type { Route, WebSocketApi } from "../template/websocket-api.ts";

/**
 * The route whose key the route selection expression finds in the message, else `$default`, if there is one.
 * A message that isn't JSON, or in which the expression finds nothing, takes `$default` too.
 */
export function selectRoute(api: WebSocketApi, body: string): Route | undefined {
  const key = selectKey(api.routeSelectionExpression, body);
  // The three names with a dollar are API Gateway's own: a message can't ask for `$connect`.
  const named = key?.startsWith("$") ? undefined : api.routes.find((route) => route.key === key);
  return named ?? findRoute(api, "$default");
}

export function findRoute(api: WebSocketApi, key: string): Route | undefined {
  return api.routes.find((route) => route.key === key);
}

/** Follows `$request.body.some.path` into the message. */
function selectKey(expression: string, body: string): string | undefined {
  const path = /^\$request\.body\.(.+)$/.exec(expression)?.[1];
  if (!path) throw new Error(`The route selection expression ${expression} is not known here`);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const name of path.split(".")) {
    value =
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return typeof value === "string" ? value : undefined;
}
