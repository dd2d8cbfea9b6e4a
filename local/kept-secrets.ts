/**
 * Keeps secrets between starts: the stream key, so that OBS has to be set up only once, and the seed of the keys that
 * sign segments, so that viewers who stay know them.
 */

import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder for state that is neither settings nor cache (XDG Base Directory Specification). */
export function stateFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "shoal");
}

interface Secret {
  readonly file: string;
  readonly pattern: RegExp;
  readonly make: () => string;
}

/** 80 bits can't be guessed; in groups of four digits they can be read aloud. */
const STREAM_KEY: Secret = {
  file: "stream-key",
  pattern: /^[A-Za-z0-9_-]{8,64}$/,
  make: () => randomBytes(10).toString("hex").match(/.{4}/g)?.join("-") ?? "",
};

const SIGNING_SEED: Secret = {
  file: "signing-seed",
  pattern: /^[0-9a-f]{32}$/,
  make: () => randomBytes(16).toString("hex"),
};

export function keptStreamKey(folder: string): Promise<string> {
  return kept(folder, STREAM_KEY);
}

export function keptSigningSeed(folder: string): Promise<string> {
  return kept(folder, SIGNING_SEED);
}

/**
 * The secret that is kept in this folder; a new one if there is none, or it isn't valid. If the folder can't be
 * written, it changes at the next start.
 */
async function kept(folder: string, { file, pattern, make }: Secret): Promise<string> {
  const path = join(folder, file);
  const found = await readFile(path, "utf8").catch(() => "");
  if (pattern.test(found.trim())) return found.trim();
  const secret = make();
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, `${secret}\n`, { mode: 0o600 });
  } catch {
    return secret;
  }
  return secret;
}
