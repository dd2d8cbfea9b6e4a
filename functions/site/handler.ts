/** Serves the built pages and their configuration to CloudFront, which adds security headers and caches them. */

import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { readConfig } from "./config.ts";
import { readPages } from "./pages.ts";
import { respond } from "./responses.ts";

// The pages are in a folder beside this file, both in the bundle and in the sources.
const pages = await readPages(new URL("pages/", import.meta.url));
const config = JSON.stringify(readConfig(process.env));

export async function handler(event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  return respond(event, pages, config);
}
