/** What the bench and its server tell each other. */

import type { Fetched } from "../swarm/edge.ts";
import type { FilmShape } from "../swarm/film.ts";

export const CDN_PORT = 8080;
export const STUN_PORT = 3478;

/** The first message to the server. */
export interface Programme {
  readonly film: string;
  readonly shape: FilmShape;
  /** Empty, and on the film's file system, since segments are linked and not copied. */
  readonly mediaFolder: string;
}

export interface Order {
  readonly does: "fail-cdn" | "restore-cdn" | "fail-tracker" | "report";
}

export type ServerMessage =
  | {
      readonly says: "ready";
      readonly hlsPath: string;
      readonly trackerPort: number;
      readonly trackerPath: string;
    }
  | {
      readonly says: "fetched";
      readonly fetched: readonly Fetched[];
      readonly listedAt: readonly (readonly [string, number])[];
    };
