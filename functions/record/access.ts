/** Who may use the studio: links that are good for once, and the sessions that they open. */

import { createHash, createHmac, randomBytes } from "node:crypto";
import {
  getItem,
  type Item,
  itemsOf,
  keyOf,
  putItem,
  type Table,
  takeItem,
  textIn,
  type Value,
} from "./dynamodb.ts";
import { type Role, roleOf, type Session } from "./session.ts";

const LINK_SECONDS = 600;
/** Long enough for a day of rehearsals and a show. */
const SESSION_SECONDS = 12 * 3600;
const DEVICE_LENGTH = 200;

/**
 * Makes a link's token. Whoever brings it first, within ten minutes, is let in. The table has only its hash, and the
 * signature lets the edge turn away what was made up.
 */
export async function makeLink(table: Table, key: string, role: Role, now: number): Promise<string> {
  const said = `${randomBytes(24).toString("base64url")}.${now + LINK_SECONDS}`;
  const token = `${said}.${createHmac("sha256", key).update(`studio.${said}`).digest("base64url")}`;
  await putItem(table, { ...linkKey(token), role: { S: role }, expiresAt: seconds(now + LINK_SECONDS) });
  return token;
}

/** The address of a link for an owner, below the player's, which ends with a slash. */
export async function makeStudioLink(table: Table, key: string, playerUrl: string): Promise<string> {
  const token = await makeLink(table, key, "owner", Math.floor(Date.now() / 1000));
  return `${playerUrl}studio#${token}`;
}

/** Opens a session by a link's token; null if it was used, is too old, or never was. */
export async function openSession(
  table: Table,
  token: string,
  device: string,
  now: number,
): Promise<Session | null> {
  const link = await takeItem(table, linkKey(token), now);
  return link && startSession(table, { role: roleIn(link), device }, now);
}

export async function startSession(
  table: Table,
  { device, ...who }: Pick<Session, "role" | "device" | "passkey">,
  now: number,
): Promise<Session> {
  const session: Session = {
    ...who,
    id: randomBytes(16).toString("base64url"),
    device: device.slice(0, DEVICE_LENGTH),
    startedAt: now,
    expiresAt: now + SESSION_SECONDS,
  };
  await putItem(table, {
    ...sessionKey(session.id),
    role: { S: session.role },
    device: { S: session.device },
    startedAt: seconds(session.startedAt),
    expiresAt: seconds(session.expiresAt),
    ...(session.passkey !== undefined && { passkey: { S: session.passkey } }),
  });
  return session;
}

/** Null if it was ended, or has lapsed. */
export async function readSession(table: Table, id: string, now: number): Promise<Session | null> {
  const item = await getItem(table, sessionKey(id));
  const session = item && sessionIn(item);
  return session && session.expiresAt > now ? session : null;
}

export async function listSessions(table: Table, now: number): Promise<readonly Session[]> {
  return (await itemsOf(table, "session", now)).map(sessionIn);
}

export async function endSession(table: Table, id: string, now: number): Promise<void> {
  await takeItem(table, sessionKey(id), now);
}

function sessionIn(item: Item): Session {
  return {
    id: textIn(item["id"]),
    role: roleIn(item),
    device: textIn(item["device"]),
    startedAt: Number(textIn(item["startedAt"])),
    expiresAt: Number(textIn(item["expiresAt"])),
    ...(item["passkey"] && { passkey: textIn(item["passkey"]) }),
  };
}

function roleIn(item: Item): Role {
  return roleOf(textIn(item["role"]));
}

function linkKey(token: string): Item {
  return keyOf("link", createHash("sha256").update(token).digest("base64url"));
}

function sessionKey(id: string): Item {
  return keyOf("session", id);
}

function seconds(value: number): Value {
  return { N: String(value) };
}
