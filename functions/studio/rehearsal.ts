/** Rehearsals in the studio: what one costs, how the last one went, and its start, where there are browsers. */

import { requiredVariable } from "../aws/environment.ts";
import { readRehearsal, writeRehearsal } from "../record/last-rehearsal.ts";
import { begun, isUnderWay, MOST_VIEWERS, type RehearsalNow } from "../record/rehearsal.ts";
import { rehearsalDollars } from "./price.ts";
import { Refusal } from "./request.ts";
import type { Routes, StudioServices } from "./route.ts";

export interface Rehearsals {
  /** Starts so many viewers; null where nothing can. Rejects when they can't be started. */
  readonly start: ((viewers: number) => Promise<void>) | null;
  /** What names this deployment, behind `npm run rehearse -- `. */
  readonly target: string;
  /** Of viewers; null where they cost nothing. */
  dollars(viewers: number): number | null;
}

const CHOICES = [2, 4, 8, 12, MOST_VIEWERS];
/** On this machine; it answers as soon as it has begun. */
const START_MILLISECONDS = 5_000;

export const REHEARSAL: Routes = {
  "GET rehearsal": async (_, __, services) => ({ status: 200, body: await rehearsalNow(services) }),
  "POST rehearsal": async ({ body }, _, services) => {
    const { table, rehearsals, now } = services;
    const viewers = viewersIn(body);
    if (!rehearsals.start) throw new Refusal(409, "Nothing here can start browsers: run the command.");
    const last = await readRehearsal(table);
    if (last && isUnderWay(last, now() * 1000))
      throw new Refusal(409, "A rehearsal is under way: wait for its verdict.");
    await writeRehearsal(table, begun(viewers, now() * 1000));
    try {
      await rehearsals.start(viewers);
    } catch {
      await writeRehearsal(table, { ...begun(viewers, now() * 1000), failure: "It couldn't be started." });
    }
    return { status: 202, body: await rehearsalNow(services) };
  },
};

/** From a function's environment: the address of what starts browsers, or a word that is none. */
export function rehearsalsFrom(environment: NodeJS.ProcessEnv): Rehearsals {
  const starter = requiredVariable(environment, "REHEARSALS");
  const dollars = (viewers: number) => rehearsalDollars(String(environment["LADDER"]), viewers);
  if (!URL.canParse(starter)) {
    const stack = requiredVariable(environment, "STACK_NAME");
    const region = requiredVariable(environment, "AWS_REGION");
    return { start: null, target: `--stack ${stack} --region ${region}`, dollars };
  }
  return {
    target: "--local",
    dollars,
    start: async (viewers) => {
      const signal = AbortSignal.timeout(START_MILLISECONDS);
      const { ok } = await fetch(starter, { method: "POST", body: JSON.stringify({ viewers }), signal });
      if (!ok) throw new Error("The rehearsal wasn't started.");
    },
  };
}

async function rehearsalNow({ table, rehearsals, now }: StudioServices): Promise<RehearsalNow> {
  const last = await readRehearsal(table);
  return {
    choices: CHOICES.map((viewers) => ({
      viewers,
      dollars: rehearsals.dollars(viewers),
      command: `npm run rehearse -- --viewers ${viewers} ${rehearsals.target}`,
    })),
    canStart: rehearsals.start !== null,
    last,
    isUnderWay: last !== null && isUnderWay(last, now() * 1000),
  };
}

function viewersIn(body: unknown): number {
  const viewers = (body as { viewers?: unknown } | undefined)?.viewers;
  if (Number.isInteger(viewers) && Number(viewers) >= 1 && Number(viewers) <= MOST_VIEWERS)
    return Number(viewers);
  throw new Refusal(400, `A rehearsal has 1 to ${MOST_VIEWERS} viewers.`);
}
