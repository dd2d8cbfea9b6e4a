import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findRunning, noteRunning, type RunningShoal } from "./running.ts";

const SHOAL: RunningShoal = {
  channelId: "1000001",
  playerUrl: "http://localhost:8080/",
  ingestServer: "rtmp://localhost:1935/live",
  mediaLiveEndpoint: "http://127.0.0.1:1",
  cloudWatchEndpoint: "http://127.0.0.1:2",
  cloudFormationEndpoint: "http://127.0.0.1:3",
  linkKey: "a key",
  isPrivate: false,
  dynamoDbEndpoint: "http://127.0.0.1:4",
  channelTable: "ChannelTable",
};

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "shoal-running-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const noteIn = (folder: string) => join(folder, "running.json");

test("what is noted is found, also below a folder that didn't exist", async () => {
  const folder = join(await emptyFolder(), "state");
  await noteRunning(folder, SHOAL);
  expect(await findRunning(folder)).toEqual(SHOAL);
});

test("the second server of a standard channel, the ladder's bit rate and a private stream's key are found, too", async () => {
  const folder = await emptyFolder();
  const backup = { backupIngestServer: "rtmp://localhost:1936/live" };
  const standard = { ...SHOAL, ...backup, isPrivate: true, megabitsPerSecond: 3, height: 720 };
  await noteRunning(folder, standard);
  expect(await findRunning(folder)).toEqual(standard);
});

test("nobody else may read the note, since it holds the stream key", async () => {
  const folder = await emptyFolder();
  await noteRunning(folder, SHOAL);
  expect((await stat(noteIn(folder))).mode & 0o777).toBe(0o600);
});

test("when it ends, its note goes", async () => {
  const folder = await emptyFolder();
  const forget = await noteRunning(folder, SHOAL);
  await forget();
  expect(await readdir(folder)).toEqual([]);
  expect(await findRunning(folder)).toBeNull();
});

test("the note of another that started meanwhile stays", async () => {
  const folder = await emptyFolder();
  const forget = await noteRunning(folder, SHOAL);
  await writeFile(noteIn(folder), JSON.stringify({ ...SHOAL, pid: process.ppid }));
  await forget();
  expect(await findRunning(folder)).toEqual(SHOAL);
});

test("one whose process has ended isn't found", async () => {
  const folder = await emptyFolder();
  await writeFile(noteIn(folder), JSON.stringify({ ...SHOAL, pid: 2 ** 30 }));
  expect(await findRunning(folder)).toBeNull();
});

test.each([
  ["", "not JSON"],
  ["null", "no object"],
  ['{"pid":1}', "too little"],
])("a note that says %j is none: %s", async (text) => {
  const folder = await emptyFolder();
  await writeFile(noteIn(folder), text.replace('"pid":1', `"pid":${process.pid}`));
  expect(await findRunning(folder)).toBeNull();
});

test("a folder that can't be written to costs only the note", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "file"), "");
  await chmod(join(folder, "file"), 0o400);
  const forget = await noteRunning(join(folder, "file", "state"), SHOAL);
  await forget();
  expect(await readFile(join(folder, "file"), "utf8")).toBe("");
});
