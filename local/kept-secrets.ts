/**
 * Keeps secrets between starts: the stream key and SRT's passphrase, so that OBS has to be set up only once, and the seed of the keys that
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

/** As long as what a deployment makes. */
const SRT_PASSPHRASE: Secret = {
  file: "srt-passphrase",
  pattern: /^[0-9a-f]{32}$/,
  make: () => randomBytes(16).toString("hex"),
};

export function keptStreamKey(folder: string): Promise<string> {
  return kept(folder, STREAM_KEY);
}

/** Keeps another key in place of the one that is kept. If the folder can't be written, the other returns at the next start. */
export async function keepStreamKey(folder: string, key: string): Promise<void> {
  await keep(folder, STREAM_KEY, key);
}

export function keptSrtPassphrase(folder: string): Promise<string> {
  return kept(folder, SRT_PASSPHRASE);
}

export function keptSigningSeed(folder: string): Promise<string> {
  return kept(folder, SIGNING_SEED);
}

/**
 * The secret that is kept in this folder; a new one if there is none, or it isn't valid. If the folder can't be
 * written, it changes at the next start.
 */
async function kept(folder: string, secret: Secret): Promise<string> {
  const found = await readFile(join(folder, secret.file), "utf8").catch(() => "");
  if (secret.pattern.test(found.trim())) return found.trim();
  const made = secret.make();
  await keep(folder, secret, made);
  return made;
}

async function keep(folder: string, { file }: Secret, secret: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, file), `${secret}\n`, { mode: 0o600 });
  } catch {
    // The folder is read-only or full.
  }
}
