/**
 * What a passkey signs. A challenge carries its own end and a signature of the deployment's, so that nothing has to be
 * kept for whoever asks for one; the table notes those that were answered, so that an answer is good for once.
 */

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Keys } from "./cookie.ts";

/** As long as a person may take to find the finger. */
const CHALLENGE_SECONDS = 300;

export type Purpose = "add" | "enter";

export interface Challenge {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export function makeChallenge(purpose: Purpose, [key]: Keys, now: number): string {
  if (!key) throw new Error("There is no key to sign a challenge with");
  const said = `${purpose}.${randomBytes(16).toString("base64url")}.${now + CHALLENGE_SECONDS}`;
  return `${said}.${signature(said, key)}`;
}

/** Null unless one of the keys has signed it for this purpose, and it hasn't lapsed. */
export function readChallenge(
  challenge: string,
  purpose: Purpose,
  keys: Keys,
  now: number,
): Challenge | null {
  const at = challenge.lastIndexOf(".");
  const [said, signed] = [challenge.slice(0, at), Buffer.from(challenge.slice(at + 1))];
  const isOurs = keys.some((key) => {
    const expected = Buffer.from(signature(said, key));
    return expected.length === signed.length && timingSafeEqual(expected, signed);
  });
  const [of, id = "", expiresAt] = said.split(".");
  return isOurs && of === purpose && Number(expiresAt) > now ? { id, expiresAt: Number(expiresAt) } : null;
}

/** Told apart from the cookie's signature by what is signed: a JWT begins otherwise. */
function signature(said: string, key: Uint8Array): string {
  return createHmac("sha256", key).update(`challenge.${said}`).digest("base64url");
}
