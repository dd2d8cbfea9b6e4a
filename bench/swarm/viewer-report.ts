/** What the bench tells a viewer's page and hears from it. */

import type { Stats } from "../../web/playback/stats.ts";

export type Player = "shoal" | "engine-defaults" | "plain";

export interface ViewerSetup {
  player: Player;
  hls: string;
  tracker: string;
  delaySeconds: number;
  mode: "on" | "leech" | "off";
  /** Nothing vouches for what peers give each other. */
  sharesUnsigned: boolean;
}

export interface ViewerReport {
  stats: Stats;
  /** Every segment that came in: which, from where, when (Date.now()). */
  segments: { rendition: string; sequence: number; source: "peers" | "cdn"; at: number }[];
  errors: string[];
}

/** What the page puts on its global object. */
export interface ViewerPage {
  startViewer(setup: ViewerSetup): Promise<void>;
  readViewer(): ViewerReport;
}
