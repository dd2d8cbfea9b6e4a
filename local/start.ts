// `npm start` and `npm run tracker`: reads the options, starts, shows how it is going, and ends on Ctrl-C.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readOptions, type StartOptions, UsageError } from "./options.ts";
import { reachableHosts } from "./shoal/addresses.ts";
import { startShoal } from "./shoal.ts";
import { sentenceFor } from "./start/sentences.ts";
import { keptStreamKey, stateFolder } from "./stream-key.ts";
import { Terminal } from "./terminal.ts";
import { startTracker } from "./tracker.ts";

const USAGE_EXIT_CODE = 2;

/** What is promised is 2 s; whatever hasn't ended by then is left to the system. */
const LONGEST_END_SECONDS = 1.8;

/** npm passes on the Ctrl-C that the terminal has sent to everybody already; nobody presses again as fast. */
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
    const sentence = sentenceFor(error, options);
    if (sentence === undefined) throw error;
    refuse(sentence);
  }
}

async function runShoal(options: StartOptions, running: { stop(): Promise<void> }[]): Promise<void> {
  const terminal = new Terminal(process.stdout, options);
  if (!(await buildPages(options.quiet))) {
    process.exitCode = 1;
    return;
  }
  const streamKey = options.streamKey ?? (await keptStreamKey(stateFolder(process.env)));
  const shoal = await startShoal({ ...options, streamKey });
  running.push(shoal, { stop: async () => terminal.close() });
  shoal.events.on("status", (status) => terminal.show(status));
  shoal.events.on("notice", (sentence) => terminal.say(sentence));
  shoal.events.on("warning", (sentence) => terminal.warn(sentence));
  terminal.show(shoal.status);
}

async function runTracker(options: StartOptions, running: { stop(): Promise<void> }[]): Promise<void> {
  const terminal = new Terminal(process.stdout, options);
  const tracker = await startTracker({
    host: options.host,
    port: options.port,
    onFailure: (what, error) => terminal.warn(`${what}: ${error}`),
  });
  running.push(tracker);
  for (const host of reachableHosts(options.host)) terminal.say(`Tracker      ws://${host}:${tracker.port}/`);
}

/** Builds the web pages where they are missing or older than their sources. Gives whether there are pages now. */
async function buildPages(isQuiet: boolean): Promise<boolean> {
  const script = fileURLToPath(new URL("../build/build.ts", import.meta.url));
  const stdio = ["ignore", isQuiet ? "ignore" : "inherit", "inherit"] as const;
  const build = spawn(process.execPath, [script, "--if-stale"], { stdio: [...stdio] });
  process.once("exit", () => build.kill());
  const [code] = (await once(build, "exit")) as [number | null];
  if (code !== 0) process.stderr.write("The pages could not be built: what is wrong stands above.\n");
  return code === 0;
}

/** The first Ctrl-C ends what runs, the second ends at once. */
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
