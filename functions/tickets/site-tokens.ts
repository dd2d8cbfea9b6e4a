/**
 * Checks tokens of the broadcaster's own site: JWTs, signed by a secret that both know (HS256) or by a key of the site's
 * key set. The kind of key says which algorithms are accepted; a token can't.
 */

import { createRemoteJWKSet, errors, type JWTVerifyOptions, jwtVerify } from "jose";

export interface SiteTokenSettings {
  /** A secret of 32 characters or more, or the https address of a JSON Web Key Set. */
  readonly key: string;
  readonly issuer: string;
  readonly audience: string;
}

export type TokenOutcome =
  | { readonly expiresAt: number }
  | { readonly reason: "token-refused" | "token-over" };

const PUBLIC_KEY_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

/** The site is asked for its keys at most every ten minutes, or after half a minute for a key that isn't known. */
const KEY_SET = { timeoutDuration: 3_000, cacheMaxAge: 600_000, cooldownDuration: 30_000 };

/** The site's clock may differ by so much. */
const CLOCK_SECONDS = 10;

/** The check. It rejects when the site's keys can't be had. */
export function siteTokens({ key, issuer, audience }: SiteTokenSettings) {
  const base = { issuer, audience, requiredClaims: ["exp"], clockTolerance: CLOCK_SECONDS };
  const verify = key.startsWith("https://")
    ? byKeySet(new URL(key), { ...base, algorithms: PUBLIC_KEY_ALGORITHMS })
    : bySecret(key, { ...base, algorithms: ["HS256"] });
  return async (token: string): Promise<TokenOutcome> => {
    try {
      const { payload } = await verify(token);
      return { expiresAt: payload.exp as number };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { reason: "token-over" };
      if (isTheTokens(error)) return { reason: "token-refused" };
      throw error;
    }
  };
}

function byKeySet(address: URL, options: JWTVerifyOptions) {
  const keys = createRemoteJWKSet(address, KEY_SET);
  return (token: string) => jwtVerify(token, keys, options);
}

function bySecret(secret: string, options: JWTVerifyOptions) {
  const key = new TextEncoder().encode(secret);
  return (token: string) => jwtVerify(token, key, options);
}

/** Whether the token is wrong, and not the way to the site's keys. */
function isTheTokens(error: unknown): boolean {
  return [
    errors.JWTClaimValidationFailed,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ].some((kind) => error instanceof kind);
}
