/** Sends a request to AWS by fetch, signed (SigV4), for functions that make too few to load a client of the SDK. */

import type { RequestSigner } from "@smithy/types";

interface SignedRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMilliseconds: number;
}

/** Rejects when nothing answers in time. The signature is of one host, so a redirect is an error as well. */
export async function signedFetch(
  signer: RequestSigner,
  address: string | URL,
  { timeoutMilliseconds, headers = {}, ...request }: SignedRequest,
): Promise<Response> {
  const { protocol, host, hostname, pathname } = new URL(address);
  const signed = await signer.sign({
    ...request,
    protocol,
    hostname,
    path: pathname,
    headers: { ...headers, host },
  });
  // fetch writes the host itself.
  const { host: _, ...sent } = signed.headers;
  return fetch(address, {
    ...request,
    headers: sent,
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMilliseconds),
  });
}
