/** Starts and stops the channel when the schedule says so, once each. */

import { type Instants, instantsOf, type Schedule, type ScheduleDone } from "../record/schedule.ts";
import type { Channels } from "./channels.ts";
import { nextStep } from "./life.ts";

/** A start that is missed by more than that isn't made up: the event may be over, or somebody may have stopped it. */
const LATE_START_MILLISECONDS = 10 * 60_000;
/** A stop that is missed costs money, so it is made up for longer. */
const LATE_STOP_MILLISECONDS = 60 * 60_000;

/** What is to be done at this moment, in milliseconds since the epoch. */
export function dueAt(
  now: number,
  { startAt, stopAt }: Instants,
  done: ScheduleDone,
): "start" | "stop" | null {
  const isDue = (at: number | null, late: number): at is number =>
    at !== null && at <= now && now < at + late;
  if (isDue(stopAt, LATE_STOP_MILLISECONDS)) return done.stop === stopAt ? null : "stop";
  if (isDue(startAt, LATE_START_MILLISECONDS)) return done.start === startAt ? null : "start";
  return null;
}

export interface ScheduleServices {
  readonly channelId: string;
  readonly channels: Pick<Channels, "state" | "start" | "stop">;
  readSchedule(): Promise<Schedule>;
  /** The event's start. */
  readStart(): Promise<string | null>;
  readDone(): Promise<ScheduleDone>;
  writeDone(done: ScheduleDone): Promise<void>;
  log(line: string): void;
}

/** Runs every minute. A channel between two states is left for the next one. */
export async function keepSchedule(services: ScheduleServices, now: number): Promise<void> {
  const schedule = await services.readSchedule();
  const instants = instantsOf(schedule, await services.readStart());
  if (instants.startAt === null && instants.stopAt === null) return;
  const done = await services.readDone();
  const due = dueAt(now, instants, done);
  if (due === null) return;
  const { channelId, channels } = services;
  const state = await channels.state(channelId);
  const step = nextStep(due === "start" ? "RUNNING" : "IDLE", state);
  if (step.do === "wait") return;
  if (step.do === "ask" && !(await channels[due](channelId))) return;
  services.log(`The schedule says ${due}: the channel was ${state}.`);
  await services.writeDone({ ...done, [due]: due === "start" ? instants.startAt : instants.stopAt });
}
