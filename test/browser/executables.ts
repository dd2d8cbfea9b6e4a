/** Finds programs that are installed on this machine. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The paths of all programs on the PATH that have one of these names. */
export function onPath(...names: string[]): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).filter(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
