/**
 * A private stream's password: the deployment knows only a salted hash, which is slow on purpose (scrypt, RFC 7914), so
 * that who learns it can't try many passwords.
 */

import { scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** `scrypt.16.8.1.SALT.HASH`: log2 of the cost, block size and parallelism in the order of RFC 7914, then base64url. */
const FORM = /^scrypt\.(\d{1,2})\.(\d{1,2})\.(\d{1,2})\.([\w-]{22})\.([\w-]{43})$/;

/** 64 MB and about a quarter of a second of one processor: OWASP's second choice, which halves the first one's memory. */
const COST = { log2: 16, blockSize: 8, parallelism: 1 };

const HASH_BYTES = 32;

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** The hash to deploy for a password; `salt` is 16 random bytes. */
export async function hashOf(password: string, salt: Buffer): Promise<string> {
  const hash = await derived(password, salt, COST);
  const { log2, blockSize, parallelism } = COST;
  return [
    "scrypt",
    log2,
    blockSize,
    parallelism,
    salt.toString("base64url"),
    hash.toString("base64url"),
  ].join(".");
}

/** Whether the password has this hash. Takes as long if it hasn't. Throws for what is no hash of `hashOf`. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, log2, blockSize, parallelism, salt = "", expected = ""] = FORM.exec(hash) ?? [];
  if (!expected) throw new Error("The password's hash isn't one that npm run live -- password makes");
  const cost = { log2: Number(log2), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  const found = await derived(password, Buffer.from(salt, "base64url"), cost);
  return timingSafeEqual(found, Buffer.from(expected, "base64url"));
}

/** Keyboards write one text in several ways, and pasting adds spaces. */
function derived(password: string, salt: Buffer, { log2, blockSize, parallelism }: typeof COST) {
  const N = 2 ** log2;
  const maxmem = 256 * N * blockSize;
  return derive(password.normalize("NFKC").trim(), salt, HASH_BYTES, {
    N,
    r: blockSize,
    p: parallelism,
    maxmem,
  });
}
