/** The passkeys that let devices into the studio without a link, as WebAuthn tells of them. */

import {
  getItem,
  type Item,
  itemsOf,
  keyOf,
  Overtaken,
  putItem,
  type Table,
  takeItem,
  textIn,
} from "./dynamodb.ts";
import { type Passkey, roleOf } from "./session.ts";

/** One that nobody has used for so long opens nothing any more. */
const UNUSED_SECONDS = 365 * 86_400;

export async function writePasskey(table: Table, passkey: Passkey): Promise<void> {
  const { id, publicKey, counter, role, origin, device, addedAt, usedAt } = passkey;
  await putItem(table, {
    ...keyOf("passkey", id),
    publicKey: { S: publicKey },
    counter: { N: String(counter) },
    role: { S: role },
    origin: { S: origin },
    device: { S: device },
    addedAt: { N: String(addedAt) },
    usedAt: { N: String(usedAt) },
    expiresAt: { N: String(usedAt + UNUSED_SECONDS) },
  });
}

/** Null if it was removed, or has lapsed. */
export async function readPasskey(table: Table, id: string, now: number): Promise<Passkey | null> {
  const item = await getItem(table, keyOf("passkey", id));
  return item && Number(textIn(item["expiresAt"])) > now ? passkeyIn(item) : null;
}

export async function listPasskeys(table: Table, now: number): Promise<readonly Passkey[]> {
  return (await itemsOf(table, "passkey", now)).map(passkeyIn);
}

export async function removePasskey(table: Table, id: string, now: number): Promise<void> {
  await takeItem(table, keyOf("passkey", id), now);
}

/** Notes that a challenge was answered, until it lapses. False if it was answered before. */
export async function useChallenge(table: Table, id: string, expiresAt: number): Promise<boolean> {
  const item = { ...keyOf("challenge", id), expiresAt: { N: String(expiresAt) } };
  try {
    await putItem(table, item, 0);
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

function passkeyIn(item: Item): Passkey {
  return {
    id: textIn(item["id"]),
    publicKey: textIn(item["publicKey"]),
    counter: Number(textIn(item["counter"])),
    role: roleOf(textIn(item["role"])),
    origin: textIn(item["origin"]),
    device: textIn(item["device"]),
    addedAt: Number(textIn(item["addedAt"])),
    usedAt: Number(textIn(item["usedAt"])),
  };
}
