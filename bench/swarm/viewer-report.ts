/** What the bench tells a viewer's page and hears from it. */

import type { Figures } from "../../web/sharing/figures.ts";

export type Player = "shoal" | "engine-defaults" | "plain";

export interface ViewerSetup {
  player: Player;
  hls: string;
  tracker: string;
  delaySeconds: number;
  mode: "on" | "leech" | "off";
}

export interface ViewerReport {
  figures: Figures;
  /** Every segment that came in: which, from where, when (Date.now()). */
  segments: { rendition: string; sequence: number; source: "peers" | "cdn"; at: number }[];
  troubles: string[];
}

/** What the page puts on its global object. */
export interface ViewerPage {
  startViewer(setup: ViewerSetup): void;
  readViewer(): ViewerReport;
}
