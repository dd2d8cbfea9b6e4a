/** Plays a scenario with sharing on and off at once, so that both see the same machine at the same time. */

import type { Film } from "./film.ts";
import type { Lab } from "./lab.ts";
import type { PipeCounters } from "./line-rows.ts";
import { pipesOf } from "./network.ts";
import type { RunRecord } from "./outcome.ts";
import { playScenario } from "./run.ts";
import { type Event, homesOf, type Scenario } from "./scenario.ts";
import type { Mode } from "./viewer-report.ts";

/** The homes of the scenario twice, on lines of their own: the first half of them shares. */
export async function playSideBySide(
  lab: Lab,
  scenario: Scenario,
  film: Film,
): Promise<Record<Mode, RunRecord>> {
  const homes = homesOf(scenario);
  const routers = scenario.routers.length;
  const record = await playScenario(lab, twice(scenario), film, (home) => (home < homes ? "on" : "off"));
  return {
    on: partOf(record, { homes: { from: 0, to: homes }, routers: { from: 0, to: routers } }),
    off: partOf(record, {
      homes: { from: homes, to: 2 * homes },
      routers: { from: routers, to: 2 * routers },
    }),
  };
}

/** The same happens to each home and line as to its twin. */
export function twice(scenario: Scenario): Scenario {
  const { routers, events, flatHomes } = scenario;
  if (flatHomes)
    throw new Error("Homes without routers can't be doubled: they are numbered before all others.");
  const twinOf = (event: Event): readonly Event[] => {
    if ("home" in event) return [{ ...event, home: event.home + homesOf(scenario) }];
    if ("router" in event) return [{ ...event, router: event.router + routers.length }];
    return [];
  };
  return {
    ...scenario,
    routers: [...routers, ...routers],
    events: events.flatMap((event) => [event, ...twinOf(event)]),
  };
}

/** From the first number up to, but not including, the last. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** What concerns some of the homes and routers, numbered from 0 as if there were no others. */
export function partOf(
  record: RunRecord,
  { homes, routers }: { readonly homes: Range; readonly routers: Range },
): RunRecord {
  const visits = record.visits
    .filter(({ home }) => home >= homes.from && home < homes.to)
    .map((visit) => ({ ...visit, home: visit.home - homes.from }));
  const numbers = new Set(visits.map(({ number }) => number));
  const pipes: Record<string, PipeCounters> = {};
  for (let router = routers.from; router < routers.to; router += 1) {
    const names = Object.values(pipesOf(router - routers.from));
    for (const [index, name] of Object.values(pipesOf(router)).entries()) {
      const [counters, own] = [record.pipes[name], names[index]];
      if (counters && own) pipes[own] = counters;
    }
  }
  return {
    ...record,
    visits,
    fetched: record.fetched.filter(({ viewer }) => numbers.has(viewer)),
    pipes,
    pings: record.pings.slice(homes.from, homes.to),
    machine: { ...record.machine, homes: record.machine.homes.slice(homes.from, homes.to) },
  };
}
