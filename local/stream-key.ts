// Keeps the stream key between starts, so that OBS has to be told only once.

import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where a program's state goes that isn't settings and isn't a cache (XDG Base Directory Specification). */
export function stateFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "shoal");
}

/**
 * The key kept in this folder; a new one when there is none or it can't be read as one. A folder that can't be written
 * costs no more than a key that changes at the next start.
 */
export async function keptStreamKey(folder: string): Promise<string> {
  const file = join(folder, "stream-key");
  const kept = await readFile(file, "utf8").catch(() => "");
  if (/^[A-Za-z0-9_-]{8,64}$/.test(kept.trim())) return kept.trim();
  const key = newKey();
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${key}\n`, { mode: 0o600 });
  } catch {
    return key;
  }
  return key;
}

/** Nobody guesses 80 bits; in groups of four, it can still be read aloud. */
function newKey(): string {
  return randomBytes(10).toString("hex").match(/.{4}/g)?.join("-") ?? "";
}
