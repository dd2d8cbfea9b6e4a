/** A viewer in a browser other than Chromium: what it sees of the player. */

import { setTimeout as wait } from "node:timers/promises";
import { until } from "../browser/until.ts";
import type { PanelStats } from "../browser/viewer.ts";
import type { DrivenPage } from "./driven-page.ts";

const player = `document.querySelector("shoal-player")?.shadowRoot`;
const video = `${player}?.querySelector("video")`;

// A WebDriver session hears of no errors, so the page keeps them.
const keepErrors = `void (window.seenErrors = [],
  addEventListener("error", ({ message }) => seenErrors.push(message)),
  addEventListener("unhandledrejection", ({ reason }) => seenErrors.push(String(reason))),
  addEventListener("securitypolicyviolation", ({ violatedDirective }) => seenErrors.push(violatedDirective)))`;

/** Where an element begins and ends, in CSS pixels from the window's left edge. */
interface Box {
  readonly what: string;
  readonly left: number;
  readonly right: number;
}

export class OtherViewer {
  readonly page: DrivenPage;

  private constructor(page: DrivenPage) {
    this.page = page;
  }

  /** Opens the player's page. */
  static async open(page: DrivenPage, address: string): Promise<OtherViewer> {
    await page.open(address);
    await page.evaluate(keepErrors);
    await until("the player is there", () => page.evaluate(`Boolean(${video})`));
    return new OtherViewer(page);
  }

  /** Waits until the video plays. */
  async plays(withinSeconds = 30): Promise<void> {
    const from = await this.position();
    const isPlaying = async () => (await this.position()) > from + 0.5;
    await until("the video played", isPlaying, withinSeconds).catch(async (error: Error) => {
      error.message += ` ${await this.#state()}`;
      throw error;
    });
  }

  /** What a video that doesn't play is waiting for. */
  #state(): Promise<string> {
    return this.page.evaluate(`JSON.stringify({
      paused: ${video}.paused,
      ready: ${video}.readyState,
      network: ${video}.networkState,
      buffered: ${video}.buffered.length && ${video}.buffered.end(0),
      error: ${video}.error?.message ?? ${player}.querySelector("#error")?.textContent,
      fetched: performance.getEntriesByType("resource").slice(-5).map(({ name }) => name),
      seenErrors,
    })`);
  }

  /** The video's current time, in seconds. */
  position(): Promise<number> {
    return this.page.evaluate(`${video}.currentTime`);
  }

  isPaused(): Promise<boolean> {
    return this.page.evaluate(`${video}.paused`);
  }

  /** How many frames are decoded while so many seconds pass. WebKitGTK counts from 0 again after each change of pace. */
  async framesDecodedDuring(seconds: number): Promise<number> {
    let frames = 0;
    let before = await this.#decodedFrames();
    for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
      await wait(200);
      const now = await this.#decodedFrames();
      frames += now < before ? now : now - before;
      before = now;
    }
    return frames;
  }

  #decodedFrames(): Promise<number> {
    return this.page.evaluate(`${video}.getVideoPlaybackQuality().totalVideoFrames`);
  }

  /** Whether something of the player is there and visible. */
  sees(selector: string): Promise<boolean> {
    return this.page.evaluate(`[...${player}.querySelectorAll(${JSON.stringify(selector)})].some(
      (element) => element.checkVisibility({ visibilityProperty: true }))`);
  }

  isLive(): Promise<boolean> {
    return this.sees("media-live-button[mediatimeislive]");
  }

  async unfoldPanel(): Promise<void> {
    if (!(await this.sees("#panel"))) await this.page.press("i");
    await until("the panel is open", () => this.sees("#panel"));
  }

  async foldPanel(): Promise<void> {
    if (await this.sees("#panel")) await this.page.press("i");
    await until("the panel is closed", async () => !(await this.sees("#panel")));
  }

  async stats(): Promise<PanelStats> {
    const values = await this.page.evaluate<[string, string][]>(
      `[...${player}.querySelectorAll("#panel data")].map(({ id, value }) => [id, value])`,
    );
    return Object.fromEntries(values.map(([id, value]) => [id, Number(value)])) as PanelStats;
  }

  /** What the notice over the picture says; empty when there's none. */
  async notice(): Promise<string> {
    if (!(await this.sees("#error"))) return "";
    return this.page.evaluate(`${player}.querySelector("#error").textContent`);
  }

  /** Errors that the page didn't catch, and violations of its content security policy, since it was loaded. */
  errors(): Promise<string[]> {
    return this.page.evaluate("seenErrors");
  }

  /** A computed style of something in the player. */
  style(selector: string, property: string): Promise<string> {
    return this.page.evaluate(`getComputedStyle(${player}.querySelector("${selector}")).${property}`);
  }

  /** Gives the player a size of its own, as windows can't be as narrow as phones; without one it fills the window. */
  async resize(size?: { width: number; height: number }): Promise<void> {
    const styles = size ? `inset: 0 auto auto 0; width: ${size.width}px; height: ${size.height}px` : "";
    await this.page.evaluate(`void (document.querySelector("#stage").style.cssText = "${styles}")`);
  }

  /** The boxes of all visible elements that a selector names. */
  boxes(selector: string): Promise<Box[]> {
    return this.page.evaluate(`[...${player}.querySelectorAll("${selector}")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .map((element) => {
        const { left, right } = element.getBoundingClientRect();
        return { what: element.outerHTML, left, right };
      })`);
  }
}
