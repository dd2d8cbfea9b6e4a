import { createPrivateKey, createPublicKey, sign, webcrypto } from "node:crypto";
import { describe, expect, test } from "vitest";
import { signingKeysOf } from "./signing-keys.ts";

const SEED = "00112233445566778899aabbccddeeff";
const keys = signingKeysOf(SEED, 5);
const publicKeys = keys.PublicKeys.split(",");

/** As a browser does. */
async function verifies(publicKey: string, message: string, signature: Buffer): Promise<boolean> {
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const bytes = Buffer.from(publicKey, "base64");
  const key = await webcrypto.subtle.importKey("raw", bytes, curve, false, ["verify"]);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  return webcrypto.subtle.verify(algorithm, key, signature, Buffer.from(message));
}

function signWith(privateKey: string, message: string): Buffer {
  const key = createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" });
  return sign("sha256", Buffer.from(message), { key, dsaEncoding: "ieee-p1363" });
}

describe("a deployment's keys", () => {
  test("come in threes: the current one, the next and the one before", () => {
    expect(signingKeysOf(SEED, 6).PublicKeys.split(",")).toEqual([
      publicKeys[1],
      expect.any(String),
      publicKeys[0],
    ]);
    expect(new Set(publicKeys).size).toBe(3);
  });
  test("sign what WebCrypto verifies by the first public key, and by no other", async () => {
    const signature = signWith(keys.PrivateKey, "a message");
    const verified = await Promise.all(publicKeys.map((each) => verifies(each, "a message", signature)));
    expect(verified).toEqual([true, false, false]);
  });
  test("are the same for the same seed and number, and others for another seed", () => {
    expect(signingKeysOf(SEED, 5)).toEqual(keys);
    expect(signingKeysOf(`${SEED}0`, 5).PublicKeys).not.toBe(keys.PublicKeys);
  });
  test("are what they were when players learned them", () => {
    expect(publicKeys[0]).toBe(
      "BLiaXz+I8WGExhs46pndGSQaWjiSv49yVCNG1NkLf2ah3Cex2xsiqivdXUSal1mthBlA3yVJO9SyjJheV3c2M04=",
    );
  });
  test("are whole, whatever zeros a number begins with", () => {
    for (let number = 1; number <= 300; number += 1) {
      const { PrivateKey, PublicKeys } = signingKeysOf(SEED, number);
      const key = createPrivateKey({ key: Buffer.from(PrivateKey, "base64"), format: "der", type: "pkcs8" });
      const { x = "", y = "" } = createPublicKey(key).export({ format: "jwk" });
      const point = Buffer.concat([
        Buffer.from([4]),
        Buffer.from(x, "base64url"),
        Buffer.from(y, "base64url"),
      ]);
      expect(PublicKeys.split(",")[0]).toBe(point.toString("base64"));
    }
  });
});
