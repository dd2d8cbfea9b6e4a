import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { TEMPLATE_FILE } from "../../local/template.ts";
import { hashOf, isPassword } from "./password.ts";

const salt = Buffer.alloc(16, 7);

test("a password is known again by its hash, in which it doesn't stand", async () => {
  const hash = await hashOf("correct horse", salt);
  expect(hash).not.toContain("horse");
  expect(await isPassword("correct horse", hash)).toBe(true);
  expect(await isPassword("correct horsf", hash)).toBe(false);
  expect(await isPassword("", hash)).toBe(false);
});

test("it is the same however it is typed or pasted, and in other letters another", async () => {
  const hash = await hashOf("Käse", salt);
  expect(await isPassword(" Ka\u0308se ", hash)).toBe(true);
  expect(await isPassword("käse", hash)).toBe(false);
});

test("two deployments with one password have different hashes", async () => {
  expect(await hashOf("one", randomBytes(16))).not.toBe(await hashOf("one", randomBytes(16)));
});

test("a hash is what the template takes", async () => {
  const template = await readFile(TEMPLATE_FILE, "utf8");
  const [, pattern = "nothing"] = /\n {2}PasswordHash:[\s\S]*?AllowedPattern: '(.*)'/.exec(template) ?? [];
  expect(await hashOf("any", randomBytes(16))).toMatch(new RegExp(pattern));
});

test.each(["", "scrypt", "scrypt.16.8.1.c2FsdA.aGFzaA", "the password itself"])(
  "what is no hash is an error, not a wrong password: %j",
  async (hash) => {
    await expect(isPassword("any", hash)).rejects.toThrow("npm run live -- password");
  },
);
