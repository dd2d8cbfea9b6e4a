/** The cookie that carries a session: a JWT that says its id, signed by the deployment's key, which the edge checks too. */

import { errors, jwtVerify, SignJWT } from "jose";
import type { Session } from "../record/session.ts";

/** The prefix has browsers refuse it from a page without TLS, but for localhost. */
const NAME = "__Secure-studio";
const ATTRIBUTES = "Path=/studio; HttpOnly; Secure; SameSite=Strict";

/** The key that signs, and the one before it, which still verifies. */
export type Keys = readonly Uint8Array[];

export function keysIn(variable = ""): Keys {
  const keys = variable.split(",").filter(Boolean);
  if (keys.length === 0) throw new Error("The environment variable SESSION_KEYS is missing");
  return keys.map((key) => new TextEncoder().encode(key));
}

/** The key that signs links to the studio. */
export function linkKeyIn(variable = ""): string {
  if (variable === "") throw new Error("The environment variable LINK_KEY is missing");
  return variable;
}

export async function sessionCookie({ id, expiresAt }: Session, keys: Keys, now: number): Promise<string> {
  const [key] = keys;
  if (!key) throw new Error("There is no key to sign a session with");
  const token = await new SignJWT({ sid: id })
    // The edge takes this header only, with these names in this order.
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setAudience("studio")
    .setExpirationTime(expiresAt)
    .sign(key);
  return `${NAME}=${token}; Max-Age=${expiresAt - now}; ${ATTRIBUTES}`;
}

export const NO_COOKIE = `${NAME}=; Max-Age=0; ${ATTRIBUTES}`;

/** The id of the session that these cookies carry; null if none of them is one that this deployment signed and still holds. */
export async function sessionIdIn(
  cookies: readonly string[],
  keys: Keys,
  now: number,
): Promise<string | null> {
  const token = cookies.find((cookie) => cookie.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
  if (!token) return null;
  for (const key of keys) {
    const id = await verified(token, key, now);
    if (id !== null) return id;
  }
  return null;
}

async function verified(token: string, key: Uint8Array, now: number): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["HS256"],
      audience: "studio",
      requiredClaims: ["exp"],
      currentDate: new Date(now * 1000),
    });
    return typeof payload["sid"] === "string" ? payload["sid"] : null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
