/**
 * Puts objects into a bucket of S3, by a signed request. The SDK's client would make a function's code several times as
 * large for one kind of request (docs/decisions/one-channel-table.md).
 */

import { SignatureV4 } from "@smithy/signature-v4";
import { accessFrom } from "../aws/environment.ts";
import { Sha256 } from "../aws/sha256.ts";
import { signedFetch } from "../aws/signed-fetch.ts";

export interface Bucket {
  /** Without a slash at its end. */
  readonly address: string;
  readonly signer: SignatureV4;
}

interface PutObject {
  readonly key: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** S3 takes some 100 ms. Who calls tries again, by Lambda's own retries. */
const TIMEOUT_MILLISECONDS = 5_000;

/** The bucket of this name, where a function's environment says. */
export function bucketNamed(name: string, environment: NodeJS.ProcessEnv): Bucket {
  const access = accessFrom(environment);
  const endpoint = environment["AWS_ENDPOINT_URL_S3"];
  return {
    address: endpoint ? `${endpoint}/${name}` : `https://${name}.s3.${access.region}.amazonaws.com`,
    // A signature for S3 is of the path as it is sent.
    signer: new SignatureV4({ ...access, service: "s3", sha256: Sha256, uriEscapePath: false }),
  };
}

/** Keeps an object, in place of one that has its key. */
export async function putObject({ address, signer }: Bucket, object: PutObject): Promise<void> {
  const path = object.key.split("/").map(encodeURIComponent).join("/");
  const response = await signedFetch(signer, `${address}/${path}`, {
    method: "PUT",
    headers: { "content-type": object.contentType },
    body: object.body,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  });
  if (!response.ok) throw new Error(`S3 refuses: ${(await response.text()).slice(0, 500)}`);
}
