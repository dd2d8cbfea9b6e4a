/** Reads what the signer is set up with from environment variables. */

import { createPrivateKey, type KeyObject } from "node:crypto";
import type { AwsCredentialIdentity } from "@smithy/types";
import type { SignedStream } from "./sign-sequence.ts";

export interface Settings extends SignedStream {
  /** MediaPackage's address: `https://…`. */
  readonly origin: string;
  readonly privateKey: KeyObject;
  readonly region: string;
  readonly credentials: AwsCredentialIdentity;
}

/** Throws an error that names the first variable that is missing; none repeats the private key. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const text = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`The environment variable ${name} is missing`);
    return value;
  };
  return {
    channel: text("CHANNEL"),
    hls: text("HLS"),
    origin: text("MEDIA_ORIGIN"),
    privateKey: readPrivateKey(text("PRIVATE_KEY")),
    region: text("AWS_REGION"),
    credentials: {
      accessKeyId: text("AWS_ACCESS_KEY_ID"),
      secretAccessKey: text("AWS_SECRET_ACCESS_KEY"),
      ...(environment["AWS_SESSION_TOKEN"] && { sessionToken: environment["AWS_SESSION_TOKEN"] }),
    },
  };
}

function readPrivateKey(base64: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(base64, "base64"), format: "der", type: "pkcs8" });
  } catch {
    throw new Error("PRIVATE_KEY isn't a private key in PKCS #8 and Base64");
  }
}
