/** Reads playlists and segments from MediaPackage, with requests that the function's role has signed. */

import type { SignatureV4 } from "@smithy/signature-v4";
import { signedFetch } from "../aws/signed-fetch.ts";

/** Twice the largest segment of the largest rendition is 5 MB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** MediaPackage in the same region answers in tens of milliseconds. */
const TIMEOUT_MILLISECONDS = 3_000;

/** Gives the file at a path; null if there is none. Rejects when MediaPackage gives none in time, or too much. */
export async function readFromOrigin(
  origin: string,
  path: string,
  signer: SignatureV4,
): Promise<Uint8Array | null> {
  const response = await signedFetch(signer, new URL(path, origin), {
    method: "GET",
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  });
  if (response.status === 404) return null;
  if (!response.ok || !response.body) throw new Error(`${path}: MediaPackage answered ${response.status}`);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.length;
    if (size > MOST_BYTES) throw new Error(`${path} has more than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
