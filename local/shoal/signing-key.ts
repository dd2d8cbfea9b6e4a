/** The key that signs segments on this machine: derived as in the cloud, and changed as by a deployment. */

import { signingKeysOf } from "../../functions/channel/stack/signing-keys.ts";
import type { Lambda } from "../lambda.ts";

export class SigningKey {
  readonly #seed: string;
  #number: number;

  constructor(seed: string, number: number) {
    this.#seed = seed;
    this.#number = number;
  }

  /** What `GetAtt` gives of the template's SigningKeys. */
  get attributes(): Readonly<Record<string, string>> {
    const { PrivateKey, PublicKeys } = signingKeysOf(this.#seed, this.#number);
    return { "SigningKeys.PrivateKey": PrivateKey, "SigningKeys.PublicKeys": PublicKeys };
  }

  /** Changes to the next key, as a deployment with a higher SigningKey does. */
  change(lambda: Lambda): void {
    this.#number += 1;
    const { PrivateKey, PublicKeys } = signingKeysOf(this.#seed, this.#number);
    lambda.configure("SignerFunction", { PRIVATE_KEY: PrivateKey });
    lambda.configure("SiteFunction", { PUBLIC_KEYS: PublicKeys });
  }
}
