// What `live` does for a person: brings the channel on the air or off it, and says how things stand.

import type { Minute } from "../../functions/channel/auto-stop/idleness.ts";
import type { ChannelState, Channels } from "../../functions/channel/channels.ts";
import { type Clock, reach } from "../../functions/channel/reach.ts";
import type { Deployment } from "./deployment.ts";

export type Command = "start" | "stop" | "status";

export interface World {
  readonly deployment: Deployment;
  /** What an hour on the air costs before anybody watches. */
  readonly dollarsAnHour: number;
  readonly channels: Pick<Channels, "state" | "start" | "stop">;
  readonly clock: Clock;
  lastMinutes(minutes: number): Promise<readonly Minute[]>;
  print(line: string): void;
}

/** MediaLive takes three minutes to start a channel, seldom ten. */
const PATIENCE_MILLISECONDS = 15 * 60_000;
/** What came in this long ago still counts as coming in: metrics are late. */
const INPUT_MINUTES = 3;

export async function run(command: Command, world: World): Promise<void> {
  if (command === "start") await start(world);
  else if (command === "stop") await stop(world);
  else await status(world);
}

async function start(world: World): Promise<void> {
  const { deployment, channels, print } = world;
  print(`Starting channel ${deployment.channelId}. This takes MediaLive about three minutes.`);
  print(cost(world));
  await follow(world, "RUNNING", channels.start);
  print("");
  for (const line of settings(deployment)) print(line);
}

async function stop(world: World): Promise<void> {
  const { deployment, channels, print } = world;
  print(`Stopping channel ${deployment.channelId}.`);
  await follow(world, "IDLE", channels.stop);
  print("It is off the air.");
}

async function status(world: World): Promise<void> {
  const { deployment, channels, print } = world;
  const state = await channels.state(deployment.channelId);
  print(`Channel ${deployment.channelId} is ${state}.`);
  if (state === "RUNNING") {
    print(incoming(await world.lastMinutes(INPUT_MINUTES)));
    print(cost(world));
  }
  print("");
  for (const line of settings(deployment)) print(line);
}

/** Prints each state once, with the time since the command. */
async function follow(world: World, goal: "RUNNING" | "IDLE", ask: Channels["start"]): Promise<void> {
  const { deployment, channels, clock, print } = world;
  const begun = clock.now();
  let last: ChannelState | undefined;
  await reach(
    {
      channelId: deployment.channelId,
      goal,
      state: channels.state,
      ask,
      deadline: begun + PATIENCE_MILLISECONDS,
      onState: (state) => {
        if (state !== last) print(`  ${elapsed(clock.now() - begun)}  ${state}`);
        last = state;
      },
    },
    clock,
  );
}

function settings({ rtmpServer, rtmpStreamKey, playerUrl }: Deployment): string[] {
  return [
    "In OBS, under Settings, Stream, Service: Custom",
    `  Server      ${rtmpServer}`,
    `  Stream key  ${rtmpStreamKey}`,
    "",
    `The link for viewers: ${playerUrl}`,
  ];
}

function cost({ dollarsAnHour }: World): string {
  return `On the air it costs $${dollarsAnHour.toFixed(2)} an hour before anybody watches, at least ten minutes of it.`;
}

function incoming(minutes: readonly Minute[]): string {
  const most = Math.max(0, ...minutes.map(({ megabitsPerSecondIn }) => megabitsPerSecondIn));
  return most > 0 ? `${most.toFixed(1)} Mbit/s come in.` : "Nothing comes in.";
}

function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
