/** A viewer with a browser profile of its own: what it sees of the player, and what moved over its lines. */

import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { until } from "./until.ts";

export interface ViewerOptions {
  without?: "webrtc" | "media-source";
  viewport?: { width: number; height: number };
  isPhone?: boolean;
  /** As while they are still on their way. */
  withoutControls?: boolean;
  /** Seeks are told of late. */
  isBusy?: boolean;
}

/** The panel's exact values, by the names of the figures. */
export type PanelFigures = Record<
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

export type Picture = "red" | "blue" | "something else" | "nothing";

/** What in-page/look-at-picture.js adds to the page. */
interface InPage {
  lookAtPicture(video: unknown): Picture;
}

const inPage = (name: string) => join(import.meta.dirname, "in-page", `${name}.js`);

export class Viewer {
  readonly page: Page;
  /** Errors that the page threw and nobody caught. */
  readonly crashes: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.crashes.push(`${error.stack}`));
  }

  /** Opens the player's page with the panel unfolded. */
  static async open(browser: Browser, address: string, options: ViewerOptions = {}): Promise<Viewer> {
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 960, height: 640 },
      hasTouch: options.isPhone ?? false,
      isMobile: options.isPhone ?? false,
    });
    if (options.without) await context.addInitScript({ path: inPage(`without-${options.without}`) });
    if (options.isBusy) await context.addInitScript({ path: inPage("late-seeking") });
    await context.addInitScript({ path: inPage("count-traffic") });
    await context.addInitScript({ path: inPage("look-at-picture") });
    if (options.withoutControls) await context.route("**/controls-*.js", (route) => route.abort());
    const viewer = new Viewer(context, await context.newPage());
    await viewer.page.goto(address);
    return viewer;
  }

  /** Waits until the picture moves. */
  async plays(withinSeconds = 30): Promise<void> {
    const from = await this.position();
    await until("the picture moved", async () => (await this.position()) > from + 0.5, withinSeconds);
  }

  /** Where the video stands, in its own time; 0 before there is one. */
  async position(): Promise<number> {
    const video = this.page.locator("video");
    if ((await video.count()) === 0) return 0;
    return video.evaluate((element: { currentTime: number }) => element.currentTime);
  }

  /** What the picture mostly is. */
  async picture(): Promise<Picture> {
    const video = this.page.locator("video");
    if ((await video.count()) === 0) return "nothing";
    return video.evaluate((element) => (globalThis as unknown as InPage).lookAtPicture(element));
  }

  async unfoldPanel(): Promise<void> {
    await this.page.locator("#player").waitFor();
    if (!(await this.page.locator("#panel").isVisible())) await this.page.keyboard.press("i");
    await this.page.locator("#panel").waitFor();
  }

  async figures(): Promise<PanelFigures> {
    const values = await this.page
      .locator("#panel data")
      .evaluateAll((all: { id: string; value: string }[]) => all.map(({ id, value }) => [id, Number(value)]));
    return Object.fromEntries(values) as PanelFigures;
  }

  traffic(): Promise<Traffic> {
    return this.page.evaluate<Traffic>("traffic()");
  }

  policyViolations(): Promise<string[]> {
    return this.page.evaluate<string[]>("policyViolations");
  }

  /** What the notice over the picture says; empty when there's none. */
  async notice(): Promise<string> {
    const notice = this.page.locator("#trouble");
    return (await notice.isVisible()) ? ((await notice.textContent()) ?? "") : "";
  }

  setOffline(offline: boolean): Promise<void> {
    return this.#context.setOffline(offline);
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
