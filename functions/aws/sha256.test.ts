import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect, test } from "vitest";
import { Sha256 } from "./sha256.ts";

const text = new TextEncoder().encode("what is signed");
const digest = (secret?: ConstructorParameters<typeof Sha256>[0]) => {
  const sha256 = new Sha256(secret);
  sha256.update(text);
  return sha256.digest();
};

test("without a secret it is a digest", async () => {
  expect(await digest()).toEqual(createHash("sha256").update(text).digest());
});

test.each([
  ["text", "secret"],
  ["bytes", Buffer.from("secret")],
  ["a buffer", new TextEncoder().encode("secret").buffer],
])("with a secret given as %s it is an HMAC, the first time and later", async (_, secret) => {
  const expected = createHmac("sha256", "secret").update(text).digest();
  expect([await digest(secret), await digest(secret)]).toEqual([expected, expected]);
});

test("after a reset it is the digest of nothing", async () => {
  const sha256 = new Sha256();
  sha256.update(text);
  sha256.reset();
  expect(await sha256.digest()).toEqual(createHash("sha256").digest());
});

/** The example of AWS's own test suite, `post-vanilla`. */
test("the SDK's signer makes AWS's example of a signature with it, again and again", async () => {
  const signer = new SignatureV4({
    region: "us-east-1",
    service: "service",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = {
    method: "POST",
    protocol: "https:",
    hostname: "example.amazonaws.com",
    path: "/",
    headers: { host: "example.amazonaws.com" },
  };
  for (let time = 0; time < 2; time++) {
    const { headers } = await signer.sign(request, { signingDate: new Date("2015-08-30T12:36:00Z") });
    expect(headers["authorization"]).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    );
  }
});
