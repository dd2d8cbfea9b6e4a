/** Tells other programs of this user, such as `npm run live -- status --local`, where the Shoal on this machine is. */

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a deployed stack's outputs say, and the endpoints that stand in for AWS's. */
export interface RunningShoal {
  readonly channelId: string;
  readonly playerUrl: string;
  readonly ingestServer: string;
  /** Of a standard channel only. */
  readonly backupIngestServer?: string;
  readonly mediaLiveEndpoint: string;
  readonly cloudWatchEndpoint: string;
  readonly cloudFormationEndpoint: string;
  /** Signs personal links, to a private stream and to the studio. */
  readonly linkKey: string;
  readonly isPrivate: boolean;
  readonly dynamoDbEndpoint: string;
  /** Name of the channel's record in DynamoDB. */
  readonly channelTable: string;
  /** Bit rate of the largest rendition. */
  readonly megabitsPerSecond?: number;
  /** And its lines. */
  readonly height?: number;
}

const FIELDS = [
  "channelId",
  "playerUrl",
  "ingestServer",
  "mediaLiveEndpoint",
  "cloudWatchEndpoint",
  "cloudFormationEndpoint",
  "linkKey",
  "dynamoDbEndpoint",
  "channelTable",
] as const satisfies readonly (keyof RunningShoal)[];

/**
 * Writes a note into the folder, readable by this user only, because it holds the stream key. The note of the last
 * Shoal that was started replaces others. Returns the function that removes it. If the folder can't be written, there
 * is no note.
 */
export async function noteRunning(folder: string, running: RunningShoal): Promise<() => Promise<void>> {
  const file = fileIn(folder);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify({ pid: process.pid, ...running }), { mode: 0o600 });
  } catch {
    return async () => {};
  }
  return async () => {
    if ((await readNote(folder))?.["pid"] === process.pid) await rm(file, { force: true });
  };
}

/** The running Shoal that the folder's note names; null when there is none, or its process has ended. */
export async function findRunning(folder: string): Promise<RunningShoal | null> {
  const note = await readNote(folder);
  if (!note || !isAlive(note["pid"])) return null;
  const texts = FIELDS.map((field) => [field, note[field]] as const);
  if (texts.some(([, text]) => typeof text !== "string")) return null;
  const { backupIngestServer, isPrivate, megabitsPerSecond, height } = note;
  return {
    ...(Object.fromEntries(texts) as Record<(typeof FIELDS)[number], string>),
    ...(typeof backupIngestServer === "string" ? { backupIngestServer } : {}),
    isPrivate: isPrivate === true,
    ...(typeof megabitsPerSecond === "number" ? { megabitsPerSecond } : {}),
    ...(typeof height === "number" ? { height } : {}),
  };
}

function fileIn(folder: string): string {
  return join(folder, "running.json");
}

async function readNote(folder: string): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const note: unknown = JSON.parse(await readFile(fileIn(folder), "utf8"));
    return typeof note === "object" && note !== null ? { ...note } : null;
  } catch {
    return null;
  }
}

function isAlive(pid: unknown): boolean {
  try {
    return typeof pid === "number" && process.kill(pid, 0);
  } catch {
    return false;
  }
}
