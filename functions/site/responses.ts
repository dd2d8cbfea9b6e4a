/** Decides the response to a request for a page. */

import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import type { Config } from "./config.ts";
import { FOR_A_MINUTE, findPage, type Page, type Pages } from "./pages.ts";

export type SiteResponse = Exclude<LambdaFunctionURLResult, string>;

/** The player's configuration. */
export function respondWithConfig(config: Config): SiteResponse {
  return {
    statusCode: 200,
    headers: { "content-type": "application/json", "cache-control": FOR_A_MINUTE },
    body: JSON.stringify(config),
  };
}

/** Responds with the page for any built file, otherwise with 404. */
export function respond(event: LambdaFunctionURLEvent, pages: Pages): SiteResponse {
  const page = findPage(pages, event.rawPath);
  if (!page)
    return { statusCode: 404, headers: { "content-type": "text/plain" }, body: "There is no such page.\n" };
  return respondWith(page, event.headers);
}

/** The page, or that it hasn't changed since the client got it. */
export function respondWith(page: Page, headers: LambdaFunctionURLEvent["headers"]): SiteResponse {
  const caching = { "cache-control": page.caching, etag: page.etag };
  const known = headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (known?.includes(page.etag)) return { statusCode: 304, headers: caching };
  const content = { ...caching, "content-type": page.type };
  if (page.brotli && /\bbr\b/.test(headers["accept-encoding"] ?? "")) {
    return binary(
      { ...content, "content-encoding": "br", etag: `W/${page.etag}`, vary: "Accept-Encoding" },
      page.brotli,
    );
  }
  if (!/^(text\/|application\/(json|manifest)|image\/svg)/.test(page.type)) return binary(content, page.body);
  return { statusCode: 200, headers: content, body: page.body.toString("utf8") };
}

function binary(headers: Record<string, string>, body: Buffer): SiteResponse {
  return { statusCode: 200, headers, body: body.toString("base64"), isBase64Encoded: true };
}
