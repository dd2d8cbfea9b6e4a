/** What a scenario is: homes, their access lines, and what happens while they watch. */

import { UsageError } from "../../local/options.ts";
import type { FilmShape } from "../swarm/film.ts";

/** One direction of an access line. */
export interface Pipe {
  /** 0 is unlimited. */
  readonly kilobitsPerSecond: number;
  /** What doesn't fit into a queue of this length is dropped. */
  readonly queueMs: number;
  readonly delayMs: number;
  /** Standard deviation of what is added to the delay; order is kept. */
  readonly jitterMs: number;
  readonly lossPercent: number;
}

export interface AccessLine {
  readonly down: Pipe;
  readonly up: Pipe;
}

/**
 * How a router maps addresses (RFC 4787): `cone` and `full-cone` use one port for all destinations, and only the
 * latter lets strangers in; `symmetric` uses another port for each; `no-udp` drops UDP.
 */
export type Nat = "cone" | "full-cone" | "symmetric" | "no-udp";

export interface Router {
  readonly nat: Nat;
  /** null for an unlimited one. */
  readonly line: AccessLine | null;
  /** Homes behind it, one viewer each; more than one for a school. */
  readonly homes: number;
  /** What all homes behind it share in both directions: the air of an access point. */
  readonly air?: Pipe;
  /** A way of its own to the CDN, in place of the access line, which then carries only what peers exchange. */
  readonly cdnPath?: AccessLine;
}

export type Event =
  | { readonly at: number; readonly does: "change-line"; readonly router: number; readonly line: AccessLine }
  | { readonly at: number; readonly does: "cdn-fails" | "cdn-returns" | "tracker-fails" }
  | { readonly at: number; readonly does: "enter" | "leave"; readonly home: number };

/** Two minutes of the longest scenario, a window before it, and the start of twelve browsers. */
export const FILM_SECONDS = 240;

/** Seconds count from the moment at which the first viewer opens the page. */
export interface Scenario {
  readonly name: string;
  /** As the table says it. */
  readonly title: string;
  /** Empty on a flat network, where homes are joined without routers. */
  readonly routers: readonly Router[];
  /** Homes on a flat network. */
  readonly flatHomes?: number;
  /** Oldest first; every home enters by an event. */
  readonly events: readonly Event[];
  /** What is counted: from when until when. */
  readonly measured: { readonly from: number; readonly to: number };
  /** The film's renditions; by default one of 1.5 Mbit/s. */
  readonly renditions?: FilmShape["renditions"];
  /** Fetches from the CDN for each segment, at most. */
  readonly mostCopies?: number;
}

export function homesOf({ routers, flatHomes = 0 }: Pick<Scenario, "routers" | "flatHomes">): number {
  return flatHomes + routers.reduce((sum, { homes }) => sum + homes, 0);
}

export interface Choices {
  /** Names of scenarios; all if empty. */
  readonly names: readonly string[];
  readonly runs: number;
  /** A folder for everything that was measured, a JSON file for each run. */
  readonly details: string | null;
}

/**
 * Reads `[scenario …] [--runs 3] [--details folder]`; the folder keeps what was seen, and runs that it has aren't made
 * again. Throws a sentence for people.
 */
export function parseChoices(words: readonly string[], known: readonly string[]): Choices {
  const names: string[] = [];
  let [runs, details]: [number, string | null] = [3, null];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--runs") runs = Number(rest.shift());
    else if (word === "--details") details = rest.shift() ?? "";
    else if (known.includes(word)) names.push(word);
    else throw new UsageError(`There is no scenario ${word}. There are: ${known.join(", ")}.`);
  }
  if (!Number.isInteger(runs) || runs < 1) throw new UsageError("--runs needs a whole number of at least 1.");
  if (details === "") throw new UsageError("--details needs a folder.");
  return { names, runs, details };
}
