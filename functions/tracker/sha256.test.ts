import { createHash, createHmac } from "node:crypto";
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
