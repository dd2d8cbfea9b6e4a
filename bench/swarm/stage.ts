/** Everything that a case plays on: a live channel, a tracker, the edge before them, and a browser. */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { startBrowser } from "../../test/browser/chromium.ts";
import { type Edge, startEdge } from "./edge.ts";
import type { FilmShape } from "./film.ts";
import { type Outcome, outcomeOf } from "./measure.ts";
import { startOrigin } from "./origin.ts";
import { startBenchTracker } from "./tracker.ts";
import type { Player } from "./viewer-report.ts";
import { buildViewerPages, openViewer, type Viewer } from "./viewers.ts";

/** A small picture: two cores carry all the viewers, and a segment's size matters little to who fetches it. */
export const SMALL: FilmShape = {
  segmentSeconds: 2,
  framesPerSecond: 10,
  renditions: [{ width: 160, kilobitsPerSecond: 200 }],
};

export interface Stage {
  edge: Edge;
  browser: Browser;
  viewers: readonly Viewer[];
  /** Opens the next viewer. */
  enter(prepare?: (page: Page) => Promise<void>): Promise<Viewer>;
  leave(viewer: Viewer): Promise<void>;
  /** Lets it play for a while, and counts what is fetched in that time. */
  measure(seconds: number): Promise<void>;
  outcome(): Promise<Outcome>;
  close(): Promise<void>;
}

/** Segments first fetched near the end may still be fetched by others; so long they are watched for. */
const AFTERMATH_SECONDS = 5;

export async function setStage(player: Player, delaySeconds: number, shape = SMALL): Promise<Stage> {
  const name = shape.renditions.map(({ width, kilobitsPerSecond }) => `${width}-${kilobitsPerSecond}`);
  const folder = join(tmpdir(), `shoal-film-${shape.segmentSeconds}s-${name.join("-")}`);
  const origin = await startOrigin(folder, shape);
  const tracker = await startBenchTracker();
  const edge = await startEdge({ http: origin.address, tracker: tracker.address }, await buildViewerPages());
  const browser = await startBrowser();
  const viewers: Viewer[] = [];
  const departed: Awaited<ReturnType<Viewer["report"]>>[] = [];
  let entered = 0;
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    edge,
    browser,
    viewers,
    enter: async (prepare) => {
      const setup = { player, delaySeconds, mode: "on" as const, hlsPath: "/index.m3u8" };
      const viewer = await openViewer(browser, edge, entered, setup, prepare);
      entered += 1;
      viewers.push(viewer);
      return viewer;
    },
    leave: async (viewer) => {
      departed.push(await viewer.report());
      viewers.splice(viewers.indexOf(viewer), 1);
      await viewer.leave();
    },
    measure: async (seconds) => {
      from = Math.min(from, Date.now());
      await sleep(seconds * 1000);
      to = Math.max(to, Date.now());
    },
    outcome: async () => {
      await sleep(AFTERMATH_SECONDS * 1000);
      const present = await Promise.all(viewers.map((viewer) => viewer.report()));
      return outcomeOf(edge.fetched, from, to, [...departed, ...present]);
    },
    close: async () => {
      await browser.close();
      await edge.stop();
      await tracker.stop();
      await origin.stop();
    },
  };
}
