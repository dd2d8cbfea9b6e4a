/**
 * The folder that segments are written to: the one that was chosen, or a temporary one that is removed at the end.
 */

import { rmSync } from "node:fs";
import { access, constants, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../options.ts";

export interface MediaFolder {
  readonly path: string;
  /** Removes it, if it is a temporary one. */
  remove(): void;
}

/** Throws a UsageError when the chosen folder can't be made or written to. */
export async function openMediaFolder(chosen: string | undefined): Promise<MediaFolder> {
  if (chosen !== undefined) return { path: await writable(resolve(chosen)), remove: () => {} };
  const path = await mkdtemp(join(tmpdir(), "shoal-"));
  const remove = (): void => {
    process.off("exit", remove);
    rmSync(path, { recursive: true, force: true });
  };
  // Also when the process exits without stop().
  process.once("exit", remove);
  return { path, remove };
}

async function writable(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The media folder ${path} can't be written to (${code}): choose another with --media-folder.`,
    );
  }
}
