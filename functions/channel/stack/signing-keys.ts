/**
 * Derives the keys that sign segments. A key follows from the deployment's seed and its number, so that the same
 * number gives the same key after a rollback, and the next key is known to viewers before it is used.
 */

import { createECDH, createHmac, createPrivateKey } from "node:crypto";

/** The attributes that the template reads from `Custom::SigningKeys`. */
export interface SigningKeys {
  /** The key of this number, as PKCS #8 in Base64. */
  readonly PrivateKey: string;
  /** This number's, the next and the one before: points on P-256, uncompressed, in Base64, comma-separated. */
  readonly PublicKeys: string;
}

/** The order of P-256's base point (FIPS 186-5, appendix; SP 800-186, 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const COORDINATE_BYTES = 32;

/** Viewers who loaded the page before a change know the next key; signatures of the one before are still cached. */
export function signingKeysOf(seed: string, number: number): SigningKeys {
  const publicKeys = [number, number + 1, number - 1].map((each) => keyOf(seed, each).getPublicKey("base64"));
  return { PrivateKey: privateKeyOf(keyOf(seed, number)), PublicKeys: publicKeys.join(",") };
}

/** FIPS 186-5, A.2.1: twice as many bits as needed, reduced, have no bias worth mentioning. */
function keyOf(seed: string, number: number) {
  const bits = createHmac("sha512", seed).update(`shoal signing key ${number}`).digest("hex");
  const scalar = (BigInt(`0x${bits}`) % (ORDER - 1n)) + 1n;
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(scalar.toString(16).padStart(2 * COORDINATE_BYTES, "0"), "hex");
  return ecdh;
}

function privateKeyOf(ecdh: ReturnType<typeof keyOf>): string {
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + COORDINATE_BYTES), point.subarray(1 + COORDINATE_BYTES)];
  // A private key's leading zeros are left out by getPrivateKey, and required in a JWK.
  const d = Buffer.from(ecdh.getPrivateKey("hex").padStart(2 * COORDINATE_BYTES, "0"), "hex");
  const text = (bytes: Buffer) => bytes.toString("base64url");
  const key = createPrivateKey({
    key: { kty: "EC", crv: "P-256", x: text(x), y: text(y), d: text(d) },
    format: "jwk",
  });
  return key.export({ type: "pkcs8", format: "der" }).toString("base64");
}
