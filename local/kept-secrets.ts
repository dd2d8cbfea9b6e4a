/** Keeps the stream key between starts, so that OBS has to be set up only once. */

import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder for state that is neither settings nor cache (XDG Base Directory Specification). */
export function stateFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "shoal");
}

/**
 * The key that is kept in this folder; a new one if there is none, or it isn't valid. If the folder can't be written,
 * the key changes at the next start.
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

/** 80 bits can't be guessed; in groups of four digits they can be read aloud. */
function newKey(): string {
  return randomBytes(10).toString("hex").match(/.{4}/g)?.join("-") ?? "";
}
