/** Decides the response to a request for signatures. */

import type { LambdaFunctionURLResult } from "aws-lambda";
import type { Signatures } from "./sign-sequence.ts";

type SignerResponse = Exclude<LambdaFunctionURLResult, string>;

/** As long as the CDN keeps a segment: it never changes, and the key that signed it is known for a day after it changed. */
const FOR_A_DAY = "public, max-age=86400, immutable";

/** The rest is on its way. */
const FOR_A_SECOND = "public, max-age=1";

/**
 * The media sequence number that a path asks for: `/signatures/out/v1/shoal/live/cmaf/1795` where the stream's playlist
 * is `/out/v1/shoal/live/cmaf/index.m3u8`. Null for any other path.
 */
export function sequenceIn(path: string, hls: string): number | null {
  const folder = `/signatures${hls.slice(0, hls.lastIndexOf("/") + 1)}`;
  if (!path.startsWith(folder)) return null;
  const name = path.slice(folder.length);
  return /^(0|[1-9]\d{0,14})$/.test(name) ? Number(name) : null;
}

/** `null` for a path that names no media sequence number. */
export function respond(signatures: Signatures | null): SignerResponse {
  if (!signatures || signatures.document.length === 0) {
    const body = signatures ? "No playlist lists this segment.\n" : "This is no segment of the stream.\n";
    return { statusCode: 404, headers: { "content-type": "text/plain" }, body };
  }
  return {
    statusCode: 200,
    headers: {
      "content-type": "application/octet-stream",
      "cache-control": signatures.isComplete ? FOR_A_DAY : FOR_A_SECOND,
    },
    body: Buffer.from(signatures.document).toString("base64"),
    isBase64Encoded: true,
  };
}
