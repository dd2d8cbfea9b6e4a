/** Makes the network of a scenario on this machine and runs its emulator; removes all of it whatever happens. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../../local/options.ts";
import { type PipeCounters, rowsOf } from "./line-rows.ts";
import { EMULATOR, INTERNET, type NetworkPlan, OURS, planNetwork } from "./network.ts";
import type { AccessLine, Scenario } from "./scenario.ts";

/** For temporary files; removed in the end, or by the next run. */
const FOLDER = join(tmpdir(), "shoal-lab");

/** Says which process uses the lab; two would remove each other's namespaces. */
const OWNER_FILE = join(FOLDER, "owner");

/** The emulator writes its counters as soon as it carries frames. */
const MOST_START_SECONDS = 5;

export interface Lab {
  readonly folder: string;
  /** Builds the network, in place of an earlier one. */
  build(scenario: Scenario): Promise<BuiltNetwork>;
  /** Removes everything; after this, another process may take the lab. */
  close(): void;
}

export interface BuiltNetwork {
  readonly homes: NetworkPlan["homes"];
  changeLine(router: number, line: AccessLine): void;
  resetCounters(): void;
  /** By the name of the pipe; empty on a flat network. */
  readCounters(): Readonly<Record<string, PipeCounters>>;
  /** Starts a program inside the internet's namespace, with a channel for messages. */
  startServer(script: string): ChildProcess;
  remove(): void;
}

/** Takes the machine's one lab. Everything in it is gone when this process ends, also by Ctrl-C. */
export function openLab(): Lab {
  const owner = existsSync(OWNER_FILE) ? Number(readFileSync(OWNER_FILE, "utf8")) : null;
  if (owner !== null && owner !== process.pid && existsSync(`/proc/${owner}`)) {
    throw new UsageError(`Process ${owner} is using the lab already (${OWNER_FILE}).`);
  }
  removeAll();
  mkdirSync(FOLDER);
  writeFileSync(OWNER_FILE, `${process.pid}`);
  process.once("exit", removeAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      removeAll();
      // By the signal itself, since a test runner doesn't let what it runs call process.exit().
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  }
  const program = join(FOLDER, "line");
  execFileSync("cc", ["-O2", "-o", program, join(import.meta.dirname, "line.c"), "-lm"]);
  return { folder: FOLDER, build: (scenario) => buildNetwork(scenario, program), close: removeAll };
}

async function buildNetwork(scenario: Scenario, program: string): Promise<BuiltNetwork> {
  removeNamespaces();
  const plan = planNetwork(scenario);
  execFileSync("sh", ["-e"], { input: plan.script, stdio: ["pipe", "ignore", "inherit"] });
  const routers = [...scenario.routers];
  const settings = join(FOLDER, "settings");
  const counters = join(FOLDER, "counters");
  const writeSettings = () => {
    // No reader sees half of it.
    writeFileSync(`${settings}.part`, rowsOf(routers, plan.pairs));
    renameSync(`${settings}.part`, settings);
  };
  writeSettings();
  rmSync(counters, { force: true });
  const hasLines = plan.pairs.length > 0;
  const words = ["netns", "exec", EMULATOR, program, settings, counters];
  const emulator = hasLines ? spawn("ip", words, { stdio: "inherit" }) : null;
  if (hasLines) await untilThere(counters);
  return {
    homes: plan.homes,
    changeLine: (router, line) => {
      const known = routers[router];
      if (!known) throw new Error(`There is no router ${router}`);
      routers[router] = { ...known, line };
      writeSettings();
      emulator?.kill("SIGHUP");
    },
    resetCounters: () => void emulator?.kill("SIGUSR1"),
    readCounters: () =>
      emulator === null ? {} : (JSON.parse(readFileSync(counters, "utf8")) as Record<string, PipeCounters>),
    startServer: (script) =>
      spawn("ip", ["netns", "exec", INTERNET, process.execPath, script], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      }),
    remove: () => {
      emulator?.kill();
      removeNamespaces();
    },
  };
}

async function untilThere(path: string): Promise<void> {
  for (let waited = 0; !existsSync(path); waited += 0.05) {
    if (waited > MOST_START_SECONDS) throw new Error("The emulator of access lines doesn't start");
    await sleep(50);
  }
}

function removeAll(): void {
  removeNamespaces();
  rmSync(FOLDER, { recursive: true, force: true });
}

/** Ends what runs in the lab's namespaces, and removes them. */
function removeNamespaces(): void {
  const listed = spawnSync("ip", ["netns", "list"], { encoding: "utf8" }).stdout ?? "";
  const ours = listed.split("\n").flatMap((row) => row.split(" ").filter((word) => OURS.test(word)));
  for (const name of ours) {
    for (const id of processesIn(name)) endProcess(id);
    spawnSync("ip", ["netns", "del", name]);
  }
}

/** Ids of the processes in a namespace. */
export function processesIn(namespace: string): number[] {
  const { stdout } = spawnSync("ip", ["netns", "pids", namespace], { encoding: "utf8" });
  return (stdout ?? "").split("\n").filter(Boolean).map(Number);
}

function endProcess(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
