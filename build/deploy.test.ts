/** The deploy command, with a SAM that only notes what it was told. */

import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
/** Where SAM builds. */
let built: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deploy-"));
  built = join(folder, ".aws-sam", "build");
  await mkdir(join(built, "SiteFunction", "pages", "assets"), { recursive: true });
  await writeFile(join(built, "SiteFunction", "pages", "assets", "player-1.js"), "");
  await writeFile(join(built, "template.yaml"), 'Code: const PAGES = "PAGES_OF_THIS_BUILD";');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Puts a SAM into the folder that fails at this command, if any. */
async function installSam(failing = "none"): Promise<void> {
  const sam = join(folder, "sam");
  await writeFile(sam, `#!/bin/sh\necho "$@" >> "${folder}/calls"\n[ "$1" != ${failing} ]\n`);
  await chmod(sam, 0o755);
}

function deploy(...args: string[]): { status: number | null; stderr: string } {
  const env = { ...process.env, PATH: folder };
  const script = join(import.meta.dirname, "deploy.ts");
  return spawnSync(process.execPath, [script, ...args], { env, cwd: folder, encoding: "utf8" });
}

const calls = async () => (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");

test("builds, then deploys with what it was told", async () => {
  await installSam();
  expect(deploy("--guided").status).toBe(0);
  expect(await calls()).toEqual(["build", "deploy --guided"]);
});

test.each([[["--config-env", "production"]], [["--config-env=production"]]])(
  "builds with the profile of %j",
  async (words) => {
    await installSam();
    deploy(...words);
    expect(await calls()).toEqual([`build ${words.join(" ")}`, `deploy ${words.join(" ")}`]);
  },
);

test.each([[["--stack-name", "s".repeat(44)]], [[`--stack-name=${"s".repeat(44)}`]]])(
  "refuses a name that CloudFront has no room for: %j",
  async (words) => {
    await installSam();
    const { status, stderr } = deploy(...words);
    expect(status).toBe(2);
    expect(stderr).toContain("has 44 characters, but may have at most 43");
    expect((await readdir(folder)).includes("calls")).toBe(false);
  },
);

test("deploys under a name that just fits", async () => {
  await installSam();
  expect(deploy("--stack-name", "s".repeat(43)).status).toBe(0);
});

test("deploys nothing that couldn't be built", async () => {
  await installSam("build");
  expect(deploy().status).toBe(1);
  expect(await calls()).toEqual(["build"]);
});

test("tells the edge function which pages were built", async () => {
  await installSam();
  deploy();
  expect(await readFile(join(built, "template.yaml"), "utf8")).toMatch(/PAGES = "\d{10}\.[\w-]{6}";/);
});

test.each([
  ["template.yaml", "", "has no place for the pages' digests"],
  ["SiteFunction", null, "left no pages"],
])("deploys nothing if what was built isn't as it should be: %s", async (name, text, words) => {
  await installSam();
  await rm(join(built, name), { recursive: true });
  if (text !== null) await writeFile(join(built, name), text);
  const { status, stderr } = deploy();
  expect(status).toBe(1);
  expect(stderr).toContain(words);
  expect(await calls()).toEqual(["build"]);
});

test("says where SAM comes from when it isn't installed", () => {
  const { status, stderr } = deploy();
  expect(status).toBe(1);
  expect(stderr).toContain("SAM CLI isn't installed");
});
