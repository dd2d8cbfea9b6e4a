import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keepStreamKey, keptSigningSeed, keptStreamKey, stateFolder } from "./kept-secrets.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "shoal-key-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("the key of the first start is the key of the next, and different elsewhere", async () => {
  const folder = await emptyFolder();
  const key = await keptStreamKey(join(folder, "here"));
  expect(key).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){4}$/);
  expect(await keptStreamKey(join(folder, "here"))).toBe(key);
  expect(await keptStreamKey(join(folder, "there"))).not.toBe(key);
});

test("nobody else on the machine may read it", async () => {
  const folder = await emptyFolder();
  await keptStreamKey(folder);
  expect((await stat(join(folder, "stream-key"))).mode & 0o077).toBe(0);
});

test("a file that holds no key is replaced", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "stream-key"), "a/b");
  const key = await keptStreamKey(folder);
  expect((await readFile(join(folder, "stream-key"), "utf8")).trim()).toBe(key);
});

test("a key that was changed is the key of the next start", async () => {
  const folder = await emptyFolder();
  await keptStreamKey(folder);
  await keepStreamKey(folder, "another-key-1234");
  expect(await keptStreamKey(folder)).toBe("another-key-1234");
});

test("a folder that can't be made still gives a key", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "file"), "");
  expect(await keptStreamKey(join(folder, "file", "below"))).toMatch(/^[0-9a-f-]{24}$/);
});

test("the state folder follows the environment", () => {
  expect(stateFolder({ XDG_STATE_HOME: "/state" })).toBe(join("/state", "shoal"));
});

test("the seed of the signing keys is kept likewise, beside the stream key", async () => {
  const folder = await emptyFolder();
  const seed = await keptSigningSeed(folder);
  expect(seed).toMatch(/^[0-9a-f]{32}$/);
  expect(await keptSigningSeed(folder)).toBe(seed);
  expect(await keptStreamKey(folder)).not.toBe(seed);
  expect((await stat(join(folder, "signing-seed"))).mode & 0o077).toBe(0);
});
