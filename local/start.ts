/** `npm start` and `npm run tracker`: reads the options, starts, shows the status, and ends on Ctrl-C. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  keepStreamKey,
  keptSigningSeed,
  keptSrtPassphrase,
  keptStreamKey,
  stateFolder,
} from "./kept-secrets.ts";
import { readOptions, type StartOptions, UsageError } from "./options.ts";
import { noteRunning } from "./running.ts";
import { reachableHosts } from "./shoal/addresses.ts";
import { startShoal } from "./shoal.ts";
import { explainStartError } from "./start/explain-error.ts";
import { Terminal } from "./terminal.ts";
import { startTracker } from "./tracker.ts";

const USAGE_EXIT_CODE = 2;

/** Ctrl-C ends everything within 2 s; what still runs by then ends with the process. */
const LONGEST_END_SECONDS = 1.8;

/** npm forwards the Ctrl-C that the terminal has already sent to every process. No person presses twice this fast. */
const SAME_CTRL_C_SECONDS = 0.2;

await main();

async function main(): Promise<void> {
  let options: StartOptions;
  try {
    const command = readOptions(process.argv.slice(2), process.env);
    if (command.kind === "help") return void process.stdout.write(command.text);
    options = command.options;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse(error.message);
  }
  const running: { stop(): Promise<void> }[] = [];
  endOnSignals(running);
  try {
    await (options.trackerOnly ? runTracker(options, running) : runShoal(options, running));
  } catch (error) {
    const explanation = explainStartError(error, options);
    if (explanation === undefined) throw error;
    refuse(explanation);
  }
}

async function runShoal(options: StartOptions, running: { stop(): Promise<void> }[]): Promise<void> {
  const terminal = new Terminal(process.stdout, options);
  if (!(await buildPages(options.quiet))) {
    process.exitCode = 1;
    return;
  }
  const folder = stateFolder(process.env);
  const streamKey = options.streamKey ?? (await keptStreamKey(folder));
  const srtPassphrase = await keptSrtPassphrase(folder);
  const signingSeed = await keptSigningSeed(folder);
  const shoal = await startShoal({ ...options, streamKey, srtPassphrase, signingSeed });
  running.push(shoal, { stop: async () => terminal.close() });
  running.push({ stop: await noteRunning(folder, shoal.running) });
  const studio = await shoal.makeStudioLink();
  shoal.events.on("status", (status) => terminal.show(status));
  shoal.events.on("notice", (sentence) => terminal.say(sentence));
  shoal.events.on("warning", (sentence) => terminal.warn(sentence));
  // One that was given holds for a start; one that is kept is turned for good.
  shoal.events.on("streamKey", (key) => {
    if (options.streamKey === undefined) void keepStreamKey(folder, key);
    terminal.say(`Stream Key   ${key}, from now on`);
  });
  terminal.show(shoal.status);
  if (options.isPrivate) terminal.say("The stream is private: npm run live -- links --local makes links.");
  terminal.say(`Studio       ${studio}`);
  terminal.say(`Metrics      ${shoal.metricsUrl}`);
}

async function runTracker(options: StartOptions, running: { stop(): Promise<void> }[]): Promise<void> {
  const terminal = new Terminal(process.stdout, options);
  const tracker = await startTracker({
    host: options.host,
    port: options.port,
    announcesPerMinute: options.announcesPerMinute,
    ...(options.sharing.reach && { reach: options.sharing.reach }),
    onFailure: (what, error) => terminal.warn(`${what}: ${error}`),
  });
  running.push(tracker);
  for (const host of reachableHosts(options.host)) terminal.say(`Tracker      ws://${host}:${tracker.port}/`);
}

/** Builds the web pages if they are missing or older than their sources. Returns whether that went well. */
async function buildPages(isQuiet: boolean): Promise<boolean> {
  const script = fileURLToPath(new URL("../build/build.ts", import.meta.url));
  const stdio = ["ignore", isQuiet ? "ignore" : "inherit", "inherit"] as const;
  const build = spawn(process.execPath, [script, "--if-stale"], { stdio: [...stdio] });
  process.once("exit", () => build.kill());
  const [code] = (await once(build, "exit")) as [number | null];
  if (code !== 0) process.stderr.write("The pages could not be built: what is wrong stands above.\n");
  return code === 0;
}

/** The first Ctrl-C stops everything in order, the second exits at once. */
function endOnSignals(running: readonly { stop(): Promise<void> }[]): void {
  let since: number | undefined;
  const end = (): void => {
    if (since !== undefined) {
      if (performance.now() - since > SAME_CTRL_C_SECONDS * 1000) process.exit(1);
      return;
    }
    since = performance.now();
    setTimeout(() => process.exit(1), LONGEST_END_SECONDS * 1000);
    void Promise.all(running.map((part) => part.stop())).then(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = USAGE_EXIT_CODE;
}
