/**
 * Starts rehearsals for the studio: `npm run rehearse` as a process of its own, which has browsers and writes how it goes
 * into the channel's record. In the cloud people run it on their own machines.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { stateFolder } from "../kept-secrets.ts";
import { listenOnLoopback } from "../loopback-server.ts";
import { noteRunning, type RunningShoal } from "../running.ts";

export interface LocalRehearsals {
  /** Where the studio's function asks for one. */
  readonly address: string;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("../../bench/rehearse.ts", import.meta.url));

/**
 * Listens on the loopback address, at a path that nobody guesses: no page in a browser may start others. `running` says
 * where this Shoal is, which isn't always the one that `npm start` noted. Without `seconds` viewers watch for the usual time.
 */
export async function startRehearsals(
  running: () => RunningShoal,
  seconds: number | undefined,
): Promise<LocalRehearsals> {
  /** Where rehearsals read what they are to know; made for the first. */
  let home: string | undefined;
  const path = `/${randomBytes(16).toString("hex")}`;
  let rehearsal: ChildProcess | undefined;

  /** A new one replaces what still runs. */
  const start = async (viewers: number): Promise<void> => {
    rehearsal?.kill();
    home ??= await mkdtemp(join(tmpdir(), "shoal-rehearsal-"));
    const environment = { ...process.env, XDG_STATE_HOME: home };
    await noteRunning(stateFolder(environment), running());
    const options = [`--viewers=${viewers}`, ...(seconds === undefined ? [] : [`--seconds=${seconds}`])];
    rehearsal = spawn(process.execPath, [PROGRAM, "--local", ...options], {
      env: environment,
      stdio: "ignore",
    });
    await once(rehearsal, "spawn");
  };
  const server = createServer((request, response) => {
    const answer = (status: number) => response.writeHead(status).end();
    if (request.method !== "POST" || request.url !== path) return void answer(404);
    json(request)
      .then((body) => start(Number((body as { viewers?: unknown }).viewers)))
      .then(
        () => answer(202),
        () => answer(500),
      );
  });
  const { endpoint, stop } = await listenOnLoopback(server);
  return {
    address: endpoint + path,
    stop: async () => {
      rehearsal?.kill();
      await stop();
      if (home) await rm(home, { recursive: true, force: true });
    },
  };
}
