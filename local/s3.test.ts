/** Tests what is kept of what is put, and what is refused. */
import { hash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startS3 } from "./s3.ts";

async function start() {
  const folder = await mkdtemp(join(tmpdir(), "shoal-s3-"));
  const s3 = await startS3(folder);
  onTestFinished(async () => {
    await s3.stop();
    await rm(folder, { recursive: true });
  });
  const signed = { authorization: "AWS4-HMAC-SHA256 Credential=local" };
  const put = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const sent = { ...signed, "x-amz-content-sha256": hash("sha256", body), ...headers };
    return (await fetch(s3.endpoint + path, { method: "PUT", body, headers: sent })).status;
  };
  return { folder, put };
}

test("an object is a file below its bucket's folder, and the last one counts", async () => {
  const { folder, put } = await start();
  for (const body of ["first", "second"])
    expect(await put("/a-bucket/dt%3D2027-01-15/0810.json.gz", body)).toBe(200);
  expect(await readFile(join(folder, "a-bucket/dt=2027-01-15/0810.json.gz"), "utf8")).toBe("second");
});

test("what isn't signed, isn't whole or leads out of the folder is refused", async () => {
  const { folder, put } = await start();
  expect(await put("/bucket/key", "", { authorization: "" })).toBe(403);
  expect(await put("/bucket/key", "", { "x-amz-content-sha256": hash("sha256", "other") })).toBe(400);
  for (const path of ["/bucket/%2E%2E%2F%2E%2E%2Fkey", "/bucket/a%20b", "/bucket//key"])
    expect(await put(path, "")).toBe(400);
  expect(await readdir(folder)).toEqual([]);
});
