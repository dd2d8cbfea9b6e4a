/** SHA-256 for the SDK's signer by Node's one-shot functions, which take half the time of the SDK's own class. */
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { Checksum, SourceData } from "@smithy/types";

/** The signer keeps a signing key for a day; importing it anew for each signature takes longer than the signature. */
const importedKeys = new WeakMap<object, KeyObject>();

/** A digest, or with a secret an HMAC, of one piece of data, which is all that a signature needs. */
export class Sha256 implements Checksum {
  readonly #key: string | KeyObject | undefined;
  #data: string | Uint8Array = "";

  constructor(secret?: SourceData) {
    this.#key = secret === undefined || typeof secret === "string" ? secret : imported(secret);
  }

  update(data: Uint8Array): void {
    this.#data = data;
  }

  async digest(): Promise<Uint8Array> {
    if (this.#key === undefined) return hash("sha256", this.#data, "buffer");
    return createHmac("sha256", this.#key).update(this.#data).digest();
  }

  reset(): void {
    this.#data = "";
  }
}

function imported(secret: Exclude<SourceData, string>): KeyObject {
  const known = importedKeys.get(secret);
  if (known) return known;
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(secret) ? secret : new Uint8Array(secret);
  const key = createSecretKey(Buffer.from(buffer, byteOffset, byteLength));
  importedKeys.set(secret, key);
  return key;
}
