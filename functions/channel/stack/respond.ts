/** Delivers a custom resource's answer to the URL that CloudFormation signed for it. */

import type { CloudFormationCustomResourceResponse } from "aws-lambda";

const TIMEOUT_MILLISECONDS = 5_000;

/** Rejects when the answer wasn't accepted. */
export async function respond(url: string, answer: CloudFormationCustomResourceResponse): Promise<void> {
  const response = await fetch(url, {
    method: "PUT",
    // The URL's signature covers an empty content type.
    headers: { "content-type": "" },
    body: JSON.stringify(answer),
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
  if (!response.ok) throw new Error(`CloudFormation's answer box said ${response.status}.`);
}
