/**
 * Signs what a webhook sends, as Standard Webhooks has it, for which there are libraries in many languages:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */

import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";

/** A new secret, as receivers' libraries take it. */
export function newSecret(): string {
  return PREFIX + randomBytes(24).toString("base64");
}

/** The headers of a message. A receiver refuses old timestamps, so that nobody can send it again. `now` is in seconds. */
export function signedHeaders(id: string, now: number, body: string, secret: string): Record<string, string> {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${now}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(now), "webhook-signature": `v1,${signature}` };
}
