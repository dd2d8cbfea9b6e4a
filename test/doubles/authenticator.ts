/** A device with a passkey, as WebAuthn's browsers drive it: makes a key, and signs challenges by it. */

import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { isoCBOR } from "@simplewebauthn/server/helpers";

/** https://www.w3.org/TR/webauthn-3/#authdata-flags: the person was there, and was verified; a key comes with it. */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_KEY = 0x40;

export class Authenticator {
  readonly id = randomBytes(16).toString("base64url");
  /** Some devices count their signatures, some don't. */
  counter = 0;
  /** Whether the person shows a finger, or a PIN. */
  verifies = true;
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });

  register(challenge: string, origin: string): RegistrationResponseJSON {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    // COSE's numbers for an elliptic-curve key of P-256 for ES256.
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ]);
    const id = bytes(this.id);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = new Uint8Array(
      Buffer.concat([
        this.#data(origin, HAS_KEY),
        Buffer.alloc(16),
        length,
        id,
        Buffer.from(isoCBOR.encode(cose)),
      ]),
    );
    const attestation = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", authData],
    ]);
    return this.#answer({
      clientDataJSON: clientData("webauthn.create", challenge, origin),
      attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString("base64url"),
    });
  }

  signIn(challenge: string, origin: string, page = origin): AuthenticationResponseJSON {
    const data = this.#data(origin);
    const clientDataJSON = clientData("webauthn.get", challenge, page);
    const signed = Buffer.concat([data, createHash("sha256").update(bytes(clientDataJSON)).digest()]);
    return this.#answer({
      clientDataJSON,
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", signed, this.#keys.privateKey).toString("base64url"),
    });
  }

  #data(origin: string, more = 0): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const flags = PRESENT | (this.verifies ? VERIFIED : 0) | more;
    return Buffer.concat([
      createHash("sha256").update(new URL(origin).hostname).digest(),
      Buffer.from([flags]),
      counter,
    ]);
  }

  #answer<Response>(response: Response) {
    return { id: this.id, rawId: this.id, type: "public-key" as const, clientExtensionResults: {}, response };
  }
}

function clientData(type: string, challenge: string, origin: string): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString("base64url");
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64url"));
}
