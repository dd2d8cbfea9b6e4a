/** Answers CloudFront's requests for the signatures of a stream's segments. */

import { sign } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SignatureV4 } from "@smithy/signature-v4";
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { Sha256 } from "../aws/sha256.ts";
import { Documents } from "./documents.ts";
import { readFromOrigin } from "./origin.ts";
import { respond, sequenceIn } from "./responses.ts";
import { readSettings } from "./settings.ts";
import { signSequence } from "./sign-sequence.ts";

const settings = readSettings(process.env);
const { region, credentials } = settings;
const signer = new SignatureV4({ region, credentials, service: "mediapackagev2", sha256: Sha256 });
const documents = new Documents((sequence) =>
  signSequence(sequence, settings, {
    read: (path) => readFromOrigin(settings.origin, path, signer),
    sign: (message) => sign("sha256", message, { key: settings.privateKey, dsaEncoding: "ieee-p1363" }),
    sleep,
    log: console.warn,
  }),
);

export async function handler(event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  const sequence = sequenceIn(event.rawPath, settings.hls);
  return respond(sequence === null ? null : await documents.get(sequence));
}
