/** The commands of `npm run live`: start and stop the channel, and report its status. */

import type { Minute } from "../../functions/channel/auto-stop/idleness.ts";
import type { ChannelState, Channels } from "../../functions/channel/channels.ts";
import { findingsIn } from "../../functions/channel/health/findings.ts";
import type { ActiveAlert, InputMinute, Wanted } from "../../functions/channel/health/minutes.ts";
import { type Clock, reach } from "../../functions/channel/reach.ts";
import type { Finding } from "../../functions/record/show.ts";

export type Command = "start" | "stop" | "status";

export interface Deployment {
  readonly channelId: string;
  readonly playerUrl: string;
  readonly ingestServer: string;
  /** Where a second encoder sends to; only a standard channel has one. */
  readonly backupIngestServer?: string | undefined;
  /** Signs personal links; stacks of older versions have none. */
  readonly linkKey?: string | undefined;
  readonly isPrivate: boolean;
}

export interface LiveServices {
  readonly deployment: Deployment;
  /** What an hour on the air costs before anybody watches; null on this machine, where it costs nothing. */
  readonly dollarsAnHour: number | null;
  readonly channels: Pick<Channels, "state" | "start" | "stop">;
  /** Today's, since the studio changes it; null for SRT, whose passphrase is in the server's address. */
  streamKey(): Promise<string | null>;
  readonly clock: Clock;
  /** How often to read the channel's state. */
  readonly pollMilliseconds: number;
  lastMinutes(minutes: number): Promise<readonly Minute[]>;
  /** What the input was like, by pipeline. */
  inputMinutes(minutes: number): Promise<Readonly<Record<string, readonly InputMinute[]>>>;
  /** What MediaLive warns of. */
  alerts(): Promise<readonly ActiveAlert[]>;
  /** What the channel makes of its input. */
  readonly wanted: Wanted;
  print(line: string): void;
}

/** MediaLive takes three minutes to start a channel, rarely ten. */
const LONGEST_WAIT_MILLISECONDS = 15 * 60_000;
/** Metrics are late, so input of the last minutes still counts as coming in. */
const INPUT_MINUTES = 3;
/** Long enough to tell a pattern from a scene, and a fault that is over. */
const HEALTH_MINUTES = 10;

export async function run(command: Command, services: LiveServices): Promise<void> {
  if (command === "start") await start(services);
  else if (command === "stop") await stop(services);
  else await status(services);
}

async function start(services: LiveServices): Promise<void> {
  const { deployment, channels, print } = services;
  const isInCloud = services.dollarsAnHour !== null;
  print(
    `Starting channel ${deployment.channelId}.${isInCloud ? " This takes MediaLive about three minutes." : ""}`,
  );
  printCost(services);
  await follow(services, "RUNNING", channels.start);
  print("");
  for (const line of settings(deployment, await services.streamKey())) print(line);
}

async function stop(services: LiveServices): Promise<void> {
  const { deployment, channels, print } = services;
  print(`Stopping channel ${deployment.channelId}.`);
  await follow(services, "IDLE", channels.stop);
  print("It is off the air.");
}

async function status(services: LiveServices): Promise<void> {
  const { deployment, channels, print } = services;
  const state = await channels.state(deployment.channelId);
  print(`Channel ${deployment.channelId} is ${state}.`);
  if (state === "RUNNING") {
    print(incoming(await services.lastMinutes(INPUT_MINUTES)));
    await printHealth(services);
    printCost(services);
  }
  print("");
  for (const line of settings(deployment, await services.streamKey())) print(line);
}

/** Prints each new state, with the time since the command. */
async function follow(
  services: LiveServices,
  goal: "RUNNING" | "IDLE",
  ask: Channels["start"],
): Promise<void> {
  const { deployment, channels, clock, pollMilliseconds, print } = services;
  const begun = clock.now();
  let last: ChannelState | undefined;
  await reach(
    {
      channelId: deployment.channelId,
      goal,
      state: channels.state,
      ask,
      pollMilliseconds,
      deadline: begun + LONGEST_WAIT_MILLISECONDS,
      onState: (state) => {
        if (state !== last) print(`  ${elapsed(clock.now() - begun)}  ${state}`);
        last = state;
      },
    },
    clock,
  );
}

function settings(
  { ingestServer, backupIngestServer, playerUrl }: Deployment,
  streamKey: string | null,
): string[] {
  const second = [
    `  Server of the second encoder  ${backupIngestServer}`,
    "Send the same to both, from two encoders: one push alone leaves the other pipeline without a picture.",
  ];
  return [
    "In OBS, under Settings, Stream, Service: Custom",
    `  Server      ${ingestServer}`,
    `  Stream key  ${streamKey ?? "stays empty"}`,
    ...(backupIngestServer ? second : []),
    "",
    `The link for viewers: ${playerUrl}`,
  ];
}

function printCost({ dollarsAnHour, print }: LiveServices): void {
  if (dollarsAnHour === null) return;
  const hourly = `$${dollarsAnHour.toFixed(2)} an hour`;
  print(`On the air it costs ${hourly} before anybody watches, and ten minutes of that at least.`);
}

function incoming(minutes: readonly Minute[]): string {
  const most = Math.max(0, ...minutes.map(({ megabitsPerSecondIn }) => megabitsPerSecondIn));
  return most > 0 ? `${most.toFixed(1)} Mbit/s come in.` : "Nothing comes in.";
}

/** Nothing, while nothing has come in yet: the line above says so. */
async function printHealth({ inputMinutes, alerts, wanted, print }: LiveServices): Promise<void> {
  const [inputs, warnings] = await Promise.all([inputMinutes(HEALTH_MINUTES), alerts()]);
  const pipelines = Object.entries(inputs);
  for (const [pipeline, minutes] of pipelines) {
    const whose = pipelines.length > 1 ? `, encoder ${Number(pipeline) + 1}` : "";
    const own = warnings.filter((alert) => alert.pipeline === pipeline);
    const findings = findingsIn(minutes, wanted, own);
    const hasInput = minutes.some(({ megabitsPerSecond }) => megabitsPerSecond.most > 0);
    if (findings.length > 0) print(`Stream health${whose}:`);
    else if (hasInput) print(`Stream health${whose}: nothing is wrong with what comes in.`);
    for (const line of findings.flatMap(linesOf)) print(line);
  }
}

function linesOf({ severity, measured, recommended, inObs }: Finding): string[] {
  const lines = [`  ${severity.padEnd(8)} ${measured}`, `           ${recommended}`];
  return inObs === "" ? lines : [...lines, `           In OBS: ${inObs}`];
}

function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
