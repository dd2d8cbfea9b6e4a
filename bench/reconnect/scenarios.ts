/** What a large audience's connections to the tracker go through: all arrive within minutes, or all are cut at once. */

import { Chance } from "../chance.ts";
import { EventQueue } from "../event-queue.ts";
import { Gateway } from "./gateway.ts";
import { loadPages, type Variant } from "./page.ts";

export interface Comeback {
  /** Most handshakes in one second. */
  readonly busiestSecond: number;
  /** Handshakes beyond the limit, which are tried again later. */
  readonly refused: number;
  /** When half, and 99 %, of the connections were open; infinite if they never were. */
  readonly halfSeconds: number;
  readonly nearlyAllSeconds: number;
  /** The part of the swarms' clients that announced after they came back: of two swarms, both have to. */
  readonly announced: number;
}

export interface Audience {
  readonly viewers: number;
  /** New connections that API Gateway takes in a second. */
  readonly mostASecond: number;
  readonly seed: number;
}

/** Every viewer's page is in two swarms, video's and audio's. */
const SWARMS = 2;
const LONGEST_SECONDS = 3600;

/** All connections are cut at once. */
export async function cut(variant: Variant, { viewers, mostASecond, seed }: Audience): Promise<Comeback> {
  const { queue, gateway, open, announced } = await stage(variant, seed);
  for (let viewer = 0; viewer < viewers; viewer++) open(viewer);
  await queue.runUntil(10);
  gateway.mostASecond = mostASecond;
  await gateway.cutAll();
  await queue.runUntil(10 + LONGEST_SECONDS);
  return { ...outcome(gateway, viewers, 10), announced: announced() / (SWARMS * viewers) };
}

/** All arrive within so many seconds, evenly. Those who are refused come back as after a cut. */
export async function rush(
  variant: Variant,
  { viewers, mostASecond, seed }: Audience,
  seconds: number,
): Promise<Omit<Comeback, "announced">> {
  const { queue, gateway, open } = await stage(variant, seed);
  gateway.mostASecond = mostASecond;
  for (let viewer = 0; viewer < viewers; viewer++) queue.at((viewer * seconds) / viewers, () => open(viewer));
  await queue.runUntil(LONGEST_SECONDS);
  return outcome(gateway, viewers, 0);
}

async function stage(variant: Variant, seed: number) {
  const queue = new EventQueue();
  const gateway = new Gateway(queue);
  let count = 0;
  const openPage = await loadPages(variant, SWARMS, { queue, chance: new Chance(seed), gateway });
  const open = (viewer: number) => openPage(viewer, () => void count++);
  return { queue, gateway, open, announced: () => count };
}

function outcome({ handshakes, refused, opened }: Gateway, viewers: number, since: number) {
  const after = (share: number) =>
    (opened[Math.ceil(share * viewers) - 1] ?? Number.POSITIVE_INFINITY) - since;
  const busiestSecond = [...handshakes.values()].reduce((most, count) => Math.max(most, count), 0);
  return { busiestSecond, refused, halfSeconds: after(0.5), nearlyAllSeconds: after(0.99) };
}
