/**
 * Everything that a case plays on: the local stack with the film on the air, the edge before it, and a browser.
 */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { startBrowser } from "../../test/browser/chromium.ts";
import { buildViewerPages } from "../viewer-pages.ts";
import { type Edge, startEdge } from "./edge.ts";
import type { FilmShape } from "./film.ts";
import { type Outcome, outcomeOf } from "./measure.ts";
import { startStackOnAir } from "./stack-on-air.ts";
import type { Player } from "./viewer-report.ts";
import { openViewer, type Viewer } from "./viewers.ts";

/** Small video: two cores carry all the viewers, and a segment's size matters little to who fetches it. */
const SMALL: FilmShape = {
  seconds: 600,
  segmentSeconds: 2,
  framesPerSecond: 10,
  renditions: [{ width: 160, kilobitsPerSecond: 200 }],
};

interface Entrance {
  /** Another than the stage's own. */
  player?: Player;
  /** Without signatures, in a swarm of its own. */
  sharesUnsigned?: boolean;
  /** Done to the page before it loads. */
  prepare?: (page: Page) => Promise<void>;
}

export interface Stage {
  edge: Edge;
  browser: Browser;
  viewers: readonly Viewer[];
  /** Opens the next viewer. */
  enter(how?: Entrance): Promise<Viewer>;
  leave(viewer: Viewer): Promise<void>;
  /** Lets it play for a while, and counts what is fetched in that time. */
  measure(seconds: number): Promise<void>;
  outcome(): Promise<Outcome>;
  /** What all processes of the browser have taken so far. */
  cpuSeconds(): Promise<number>;
  close(): Promise<void>;
}

/** Segments first fetched near the end may still be fetched by others; so long they are watched for. */
const AFTERMATH_SECONDS = 5;

export async function setStage(player: Player, delaySeconds: number, shape = SMALL): Promise<Stage> {
  const stack = await startStackOnAir(shape);
  const edge = await startEdge(
    { http: stack.ticketed, tracker: stack.trackerUrl },
    await buildViewerPages(join(import.meta.dirname, "page")),
  );
  const browser = await startBrowser();
  const viewers: Viewer[] = [];
  const departed: Awaited<ReturnType<Viewer["report"]>>[] = [];
  let entered = 0;
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    edge,
    browser,
    viewers,
    enter: async (how = {}) => {
      const setup = {
        player: how.player ?? player,
        sharesUnsigned: how.sharesUnsigned ?? false,
        delaySeconds,
        mode: "on" as const,
        hlsPath: stack.hlsPath,
      };
      const viewer = await openViewer(browser, edge, entered, setup, how.prepare);
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
    cpuSeconds: async () => {
      const devtools = await browser.newBrowserCDPSession();
      const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
      await devtools.detach();
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    },
    close: async () => {
      await browser.close();
      await edge.stop();
      await stack.stop();
    },
  };
}
