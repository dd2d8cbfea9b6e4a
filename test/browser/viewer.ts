/** A viewer in its own browser context: reads the player's state, and counts what it downloads and uploads. */

import { join } from "node:path";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import type { Config } from "../../functions/site/config.ts";
import { until } from "./until.ts";

export interface ViewerOptions {
  without?: "webrtc" | "media-source";
  viewport?: { width: number; height: number };
  isPhone?: boolean;
  /** The controls never load. */
  withoutControls?: boolean;
  /** The browser reports seeks late. */
  isBusy?: boolean;
  /** Told of what the page says to the tracker. */
  onAnnounce?: (announce: { info_hash: string; peer_id: string }) => void;
  /** Files that run before the page's own scripts. */
  initScripts?: readonly string[];
  /** What the deployment says of sharing, in place of what its parameters say. */
  sharing?: Partial<Config["sharing"]>;
  /** What it drew, by which the ramp decides; by default the page draws. */
  draw?: number;
}

/** The panel's exact values, by the names of the stats. */
export type PanelStats = Record<
  | "peersNow"
  | "shareFromPeers"
  | "bytesFromPeers"
  | "bytesFromCdn"
  | "bytesToPeers"
  | "delaySeconds"
  | "bufferSeconds"
  | "stalls",
  number
>;

export interface Traffic {
  fromPeers: number;
  toPeers: number;
  fromCdn: number;
}

/** What in-page/watch-picture.js saw since the last look. */
export interface Health {
  frames: number;
  /** Frames on which the test card's clock can't be read. */
  unreadable: number;
  /** The clock's time minus the frame's time in the stream, which is always the same. */
  firstOffset: number | null;
  spread: number;
  /** Tasks of the page that took 50 ms or more by the clock: when they began and ended, in milliseconds of Date.now(). */
  longTasks: { from: number; to: number }[];
}

export type FrameColour = "red" | "blue" | "something else" | "nothing";

/** What in-page/frame-colour.js adds to the page. */
interface InPage {
  frameColour(video: unknown): FrameColour;
  watchPicture(video: unknown): void;
}

const inPage = (name: string) => join(import.meta.dirname, "in-page", `${name}.js`);

export class Viewer {
  readonly page: Page;
  /** Uncaught errors of the page. */
  readonly crashes: string[] = [];
  /** Connections that the page opened to the tracker. */
  readonly trackerSockets: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("websocket", (socket) => this.trackerSockets.push(socket.url()));
    page.on("pageerror", (error) => this.crashes.push(error.stack || `${error.name}: ${error.message}`));
  }

  /** Opens the player's page. */
  static async open(browser: Browser, address: string, options: ViewerOptions = {}): Promise<Viewer> {
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 960, height: 640 },
      hasTouch: options.isPhone ?? false,
      isMobile: options.isPhone ?? false,
    });
    for (const path of options.initScripts ?? []) await context.addInitScript({ path });
    if (options.without) await context.addInitScript({ path: inPage(`without-${options.without}`) });
    if (options.isBusy) await context.addInitScript({ path: inPage("late-seeking") });
    await context.addInitScript({ path: inPage("count-traffic") });
    await context.addInitScript({ path: inPage("frame-colour") });
    await context.addInitScript({ path: inPage("watch-picture") });
    if (options.withoutControls) await context.route("**/controls-*.js", (route) => route.abort());
    if (options.draw !== undefined)
      await context.addInitScript(`localStorage["shoal-preferences"] ??= '{"draw":${options.draw}}'`);
    if (options.sharing) await saySharing(context, options.sharing);
    const viewer = new Viewer(context, await context.newPage());
    viewer.page.on("websocket", (socket) =>
      socket.on("framesent", ({ payload }) => options.onAnnounce?.(JSON.parse(`${payload}`))),
    );
    await viewer.page.goto(address);
    return viewer;
  }

  /** Waits until the video plays. */
  async plays(withinSeconds = 30): Promise<void> {
    const from = await this.position();
    await until("the video played", async () => (await this.position()) > from + 0.5, withinSeconds);
  }

  /** The playhead in the video's own time; 0 before there is a video. */
  async position(): Promise<number> {
    const video = this.page.locator("video");
    if ((await video.count()) === 0) return 0;
    return video.evaluate((element: { currentTime: number }) => element.currentTime);
  }

  /** The video's playback rate. */
  pace(): Promise<number> {
    return this.page.locator("video").evaluate(({ playbackRate }: { playbackRate: number }) => playbackRate);
  }

  /** The main colour of the video's current frame. */
  async frameColour(): Promise<FrameColour> {
    const video = this.page.locator("video");
    if ((await video.count()) === 0) return "nothing";
    return video.evaluate((element) => (globalThis as unknown as InPage).frameColour(element));
  }

  /** From now on, compares the test card's clock with the stream's time. */
  async watchPicture(): Promise<void> {
    await this.page.locator("video").evaluate((element) => {
      (globalThis as unknown as InPage).watchPicture(element);
    });
  }

  takeHealth(): Promise<Health> {
    return this.page.evaluate<Health>("takeHealth()");
  }

  /** What the page's scripts hold, with the garbage that is yet to be collected, or without. */
  async memoryBytes({ isCollected }: { isCollected: boolean }): Promise<number> {
    const session = await this.#context.newCDPSession(this.page);
    if (isCollected) await session.send("HeapProfiler.collectGarbage");
    const usage: { usedSize: number; backingStorageSize?: number } =
      await session.send("Runtime.getHeapUsage");
    await session.detach();
    return usage.usedSize + (usage.backingStorageSize ?? 0);
  }

  async unfoldPanel(): Promise<void> {
    // The panel comes with the controls, open if it was left open.
    await this.page.locator("#panel").waitFor({ state: "attached" });
    if (!(await this.page.locator("#panel").isVisible())) await this.page.keyboard.press("i");
    await this.page.locator("#panel").waitFor();
  }

  async stats(): Promise<PanelStats> {
    const values = await this.page
      .locator("#panel data")
      .evaluateAll((all: { id: string; value: string }[]) => all.map(({ id, value }) => [id, Number(value)]));
    return Object.fromEntries(values) as PanelStats;
  }

  /** All that the unfolded panel says. */
  async panelText(): Promise<string> {
    return (await this.page.locator("#panel").innerText()).replaceAll(/\s+/g, " ");
  }

  traffic(): Promise<Traffic> {
    return this.page.evaluate<Traffic>("traffic()");
  }

  /** Messages received by each open data channel of this label. */
  messagesBy(label: string): Promise<number[]> {
    return this.page.evaluate<number[]>(`messagesBy(${JSON.stringify(label)})`);
  }

  /** How many WebRTC connections the page has made, offered ones among them. */
  connectionsMade(): Promise<number> {
    return this.page.evaluate<number>("connectionsMade()");
  }

  policyViolations(): Promise<string[]> {
    return this.page.evaluate<string[]>("policyViolations");
  }

  /** The text of the error notice; empty while it is hidden. */
  async notice(): Promise<string> {
    const notice = this.page.locator("#error");
    return (await notice.isVisible()) ? ((await notice.textContent()) ?? "") : "";
  }

  /** Makes the next video segment from the CDN undecodable. */
  async spoilNextVideoSegment(): Promise<void> {
    const spoil = async (route: Route) => {
      const response = await route.fetch();
      const body = await response.body();
      body.fill(0xff, body.indexOf("mdat") + 4);
      await route.fulfill({ response, body });
    };
    await this.page.route(/segment_\d+p_\d+\.mp4$/, spoil, { times: 1 });
  }

  setOffline(offline: boolean): Promise<void> {
    return this.#context.setOffline(offline);
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

async function saySharing(context: BrowserContext, sharing: Partial<Config["sharing"]>): Promise<void> {
  await context.route("**/config.json", async (route) => {
    const response = await route.fetch();
    const config = (await response.json()) as Config;
    await route.fulfill({ response, json: { ...config, sharing: { ...config.sharing, ...sharing } } });
  });
}
