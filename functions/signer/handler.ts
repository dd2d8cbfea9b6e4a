/** Answers CloudFront's requests for the signatures of a stream's segments. */

import { sign } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { Signer } from "../aws/signature.ts";
import { Documents } from "./documents.ts";
import { readFromOrigin } from "./origin.ts";
import { respond, sequenceIn } from "./responses.ts";
import { readSettings } from "./settings.ts";
import { signSequence } from "./sign-sequence.ts";

const settings = readSettings(process.env);
const signer = new Signer(settings.credentials, settings.region, "mediapackagev2");
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
