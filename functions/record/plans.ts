/** What people planned for the channel in the studio, until it is done. */

import { getItem, keyOf, putItem, type Table, takeItem, textIn } from "./dynamodb.ts";
import { NO_SCHEDULE, parseSchedule, type Schedule, type ScheduleDone } from "./schedule.ts";

/** Another stream key, for which the channel has to be idle. */
export interface KeyTurn {
  /** Whether the channel was on the air, and goes back there. */
  readonly thenStart: boolean;
}

/** MediaLive takes minutes to stop. What takes longer has failed, and must not surprise anybody later. */
const KEY_TURN_SECONDS = 15 * 60;

const KEY_TURN = keyOf("plan", "key-turn");

export async function readKeyTurn(table: Table, now: number): Promise<KeyTurn | null> {
  const item = await getItem(table, KEY_TURN);
  if (!item || Number(textIn(item["expiresAt"])) <= now) return null;
  return { thenStart: textIn(item["thenStart"]) === "yes" };
}

export async function planKeyTurn(table: Table, { thenStart }: KeyTurn, now: number): Promise<void> {
  await putItem(table, {
    ...KEY_TURN,
    thenStart: { S: thenStart ? "yes" : "no" },
    expiresAt: { N: String(now + KEY_TURN_SECONDS) },
  });
}

export async function endKeyTurn(table: Table, now: number): Promise<void> {
  await takeItem(table, KEY_TURN, now);
}

/** What auto-stop last found. */
export interface Forecast {
  /** When it will stop the channel if nothing comes in, in seconds since the epoch; null while something does. */
  readonly stopsAt: number | null;
  readonly notedAt: number;
}

const FORECAST = keyOf("auto-stop", "forecast");
const KEEP = keyOf("auto-stop", "keep");

export async function readForecast(table: Table): Promise<Forecast | null> {
  const item = await getItem(table, FORECAST);
  if (!item) return null;
  const { stopsAt, notedAt } = item;
  return { stopsAt: stopsAt ? Number(textIn(stopsAt)) : null, notedAt: Number(textIn(notedAt)) };
}

export async function writeForecast(table: Table, { stopsAt, notedAt }: Forecast): Promise<void> {
  await putItem(table, {
    ...FORECAST,
    ...(stopsAt !== null && { stopsAt: { N: String(stopsAt) } }),
    notedAt: { N: String(notedAt) },
  });
}

/** Until when auto-stop leaves the channel alone, in seconds since the epoch; 0 when nobody said so. */
export async function readKeptUntil(table: Table): Promise<number> {
  return Number(textIn((await getItem(table, KEEP))?.["until"] ?? { N: "0" }));
}

export async function keepUntil(table: Table, until: number): Promise<void> {
  await putItem(table, { ...KEEP, until: { N: String(until) }, expiresAt: { N: String(until) } });
}

const SCHEDULE = keyOf("plan", "schedule");
const SCHEDULE_DONE = keyOf("plan", "schedule-done");

export async function readSchedule(table: Table): Promise<Schedule> {
  const item = await getItem(table, SCHEDULE);
  return item ? parseSchedule(JSON.parse(textIn(item["value"]))) : NO_SCHEDULE;
}

export async function writeSchedule(table: Table, schedule: Schedule): Promise<void> {
  await putItem(table, { ...SCHEDULE, value: { S: JSON.stringify(schedule) } });
}

export async function readScheduleDone(table: Table): Promise<ScheduleDone> {
  const item = await getItem(table, SCHEDULE_DONE);
  const at = (name: "start" | "stop") => (item?.[name] ? Number(textIn(item[name])) : null);
  return { start: at("start"), stop: at("stop") };
}

export async function writeScheduleDone(table: Table, { start, stop }: ScheduleDone): Promise<void> {
  await putItem(table, {
    ...SCHEDULE_DONE,
    ...(start !== null && { start: { N: String(start) } }),
    ...(stop !== null && { stop: { N: String(stop) } }),
  });
}
