/** A viewer of somebody's page with a Shoal player in it, in a browser profile of its own. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { until } from "../until.ts";
import { servePackages } from "./site.ts";

export class ExampleViewer {
  readonly page: Page;
  /** Errors that the page threw and nobody caught, and what its console called errors. */
  readonly errors: string[] = [];
  /** Addresses that were asked for. */
  readonly requests: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(`${error.stack}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("websocket", (socket) => this.requests.push(socket.url()));
  }

  static async open(
    browser: Browser,
    address: string,
    { script, permissions = [] }: { script?: string; permissions?: string[] } = {},
  ): Promise<ExampleViewer> {
    const context = await browser.newContext({ viewport: { width: 640, height: 400 }, permissions });
    await servePackages(context);
    if (script) await context.addInitScript({ path: script });
    const viewer = new ExampleViewer(context, await context.newPage());
    await viewer.page.goto(address);
    return viewer;
  }

  /** Waits until the picture moves: first to its place in the stream, then on from there. */
  async plays(): Promise<void> {
    try {
      await until("there was a picture", async () => (await this.position()) > 0);
      const from = await this.position();
      await until("the picture moved", async () => (await this.position()) > from + 0.5);
    } catch (error) {
      throw new Error(`${error}\n${this.errors.join("\n")}`);
    }
  }

  /** Where the first video stands, in the page or in its frame; 0 before there is one. */
  async position(): Promise<number> {
    for (const frame of this.page.frames()) {
      const video = frame.locator("video").first();
      if ((await video.count()) > 0) return video.evaluate((one: { currentTime: number }) => one.currentTime);
    }
    return 0;
  }

  /** What the page itself says that it got from other viewers. */
  async bytesFromPeers(): Promise<number> {
    return Number(await this.page.locator("output").first().textContent());
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** Opens one after the other plays, as people come: of two who come at once, neither finds the other yet. */
export async function openAll(browser: Browser, ...addresses: readonly string[]): Promise<ExampleViewer[]> {
  const viewers: ExampleViewer[] = [];
  try {
    for (const address of addresses) {
      const viewer = await ExampleViewer.open(browser, address);
      viewers.push(viewer);
      await viewer.plays();
    }
    return viewers;
  } catch (error) {
    await closeAll(viewers);
    throw error;
  }
}

export function closeAll(viewers: readonly ExampleViewer[]): Promise<unknown> {
  return Promise.all(viewers.map((viewer) => viewer.close()));
}

/** Waits until bytes from other viewers have come to at least one of these. */
export async function untilShared(...viewers: readonly ExampleViewer[]): Promise<void> {
  try {
    await until("one viewer got bytes from another", async () => {
      const all = await Promise.all(viewers.map((viewer) => viewer.bytesFromPeers()));
      return all.some((bytes) => bytes > 0);
    });
  } catch (error) {
    throw new Error(`${error}\n${viewers.flatMap(({ errors }) => errors).join("\n")}`);
  }
}
