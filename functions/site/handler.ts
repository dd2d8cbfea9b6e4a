// Serves the built pages and their configuration to CloudFront, which adds the security headers and keeps them near.

import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { answer } from "./answers.ts";
import { readConfig } from "./config.ts";
import { readPages } from "./pages.ts";

// The pages travel beside this file, in the bundle as in the sources.
const pages = await readPages(new URL("pages/", import.meta.url));
const config = JSON.stringify(readConfig(process.env));

export async function handler(event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  return answer(event, pages, config);
}
