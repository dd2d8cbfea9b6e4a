import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { UsageError } from "../options.ts";
import { openMediaFolder } from "./media-folder.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "shoal-media-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("a temporary folder goes when it is removed", async () => {
  const folder = await openMediaFolder(undefined);
  expect((await stat(folder.path)).isDirectory()).toBe(true);
  folder.remove();
  await expect(stat(folder.path)).rejects.toThrow("ENOENT");
});

test("a chosen folder is made, and stays", async () => {
  const chosen = join(await emptyFolder(), "deep", "media");
  const folder = await openMediaFolder(chosen);
  expect(folder.path).toBe(chosen);
  folder.remove();
  expect((await stat(chosen)).isDirectory()).toBe(true);
});

test("a folder that can't be made is named, with what to do", async () => {
  const file = join(await emptyFolder(), "file");
  await writeFile(file, "");
  const opening = openMediaFolder(join(file, "media"));
  await expect(opening).rejects.toThrow(UsageError);
  await expect(opening).rejects.toThrow(
    /can't be written to \(ENOTDIR\): choose another with --media-folder\.$/,
  );
});
