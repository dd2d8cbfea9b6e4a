/** The channel in the studio: how it stands, start and stop, and what keeps it from stopping by itself. */

import { nextStep } from "../channel/life.ts";
import { hasPicture } from "../record/broadcast.ts";
import type { LiveNow } from "../record/live-now.ts";
import { keepUntil, planKeyTurn, readForecast, readKeptUntil, readKeyTurn } from "../record/plans.ts";
import { readBroadcast } from "../record/record.ts";
import type { Session } from "../record/session.ts";
import { Refusal } from "./request.ts";
import type { Routes, StudioServices } from "./route.ts";

const KEEP_SECONDS = 3600;
/** Auto-stop looks every five minutes. What it found before that is of another time on the air. */
const FORECAST_SECONDS = 11 * 60;

export const LIVE: Routes = {
  "GET live": async (_, session, services) => ({ status: 200, body: await liveNow(session, services) }),
  "POST start": async (_, session, services) => {
    const state = await services.channel.state();
    const step = nextStep("RUNNING", state);
    if (step.do === "give up") throw new Refusal(409, step.reason);
    if (step.do !== "ask" || !(await services.channel.start()))
      throw new Refusal(409, `The channel is ${state}: it can be started once it is IDLE.`);
    return { status: 202, body: await liveNow(session, services) };
  },
  "POST stop": async (_, session, services) => {
    const { channel, table, now } = services;
    const state = await channel.state();
    // A turn of the key would start it again.
    if (await readKeyTurn(table, now())) await planKeyTurn(table, { thenStart: false }, now());
    if (nextStep("IDLE", state).do === "wait" || !(await channel.stop()))
      throw new Refusal(409, `The channel is ${state}: it can be stopped while it is RUNNING.`);
    return { status: 202, body: await liveNow(session, services) };
  },
  "POST keep-running": async (_, session, services) => {
    await keepUntil(services.table, services.now() + KEEP_SECONDS);
    return { status: 200, body: await liveNow(session, services) };
  },
};

export async function liveNow(
  { role }: Pick<Session, "role">,
  { channel, table, now, dollarsAnHour }: StudioServices,
): Promise<LiveNow> {
  // EventBridge delivers by best effort: whoever looks takes the step that a lost event would have led to.
  await channel.advanceKeyTurn(now());
  const [state, ingest, keyTurn, { value: broadcast }, forecast, keptUntil] = await Promise.all([
    channel.state(),
    channel.ingest(),
    readKeyTurn(table, now()),
    readBroadcast(table),
    readForecast(table),
    readKeptUntil(table),
  ]);
  const isFresh = forecast !== null && now() - forecast.notedAt < FORECAST_SECONDS;
  const isKept = keptUntil > now();
  return {
    state,
    picture: broadcast && {
      isThere: hasPicture(broadcast),
      since: Math.floor(broadcast.changedAt / 1000),
    },
    servers: ingest.servers,
    streamKey: role === "owner" ? ingest.streamKey : null,
    isKeyTurning: keyTurn !== null,
    dollarsAnHour,
    stopsAt: state === "RUNNING" && isFresh && !isKept ? forecast.stopsAt : null,
    keptUntil: isKept ? keptUntil : null,
  };
}
