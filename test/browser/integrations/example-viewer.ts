/** A viewer of an example page, in its own browser context. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { MEETING_SECONDS, until } from "../until.ts";
import { servePackages } from "./site.ts";

export class ExampleViewer {
  readonly page: Page;
  /** Uncaught errors of the page, and errors in its console. */
  readonly errors: string[] = [];
  /** Requested addresses. */
  readonly requests: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(`${error.name}: ${error.message}\n${error.stack}`));
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
    // First reports are spread over four minutes; here they come with the first second.
    await context.route("**/reports.json", (route) =>
      route.fulfill({
        json: { probability: 1, seconds: 1 },
        headers: { "access-control-allow-origin": "*" },
      }),
    );
    if (script) await context.addInitScript({ path: script });
    const viewer = new ExampleViewer(context, await context.newPage());
    await viewer.page.goto(address);
    return viewer;
  }

  /** Waits until the video plays: it seeks to its position in the stream first. */
  async plays(): Promise<void> {
    try {
      await until("the video had started", async () => (await this.position()) > 0);
      const from = await this.position();
      await until("the video played", async () => (await this.position()) > from + 0.5);
    } catch (error) {
      throw new Error(`${error}\n${this.errors.join("\n")}`);
    }
  }

  /** The playhead of the first video in the page or in its frame; 0 before there is one. */
  async position(): Promise<number> {
    for (const frame of this.page.frames()) {
      const video = frame.locator("video").first();
      if ((await video.count()) > 0) return video.evaluate((one: { currentTime: number }) => one.currentTime);
    }
    return 0;
  }

  /** The number of bytes from other viewers that the page shows. */
  async bytesFromPeers(): Promise<number> {
    return Number(await this.page.locator("output").first().textContent());
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** Opens each viewer once the one before plays. Two that start at the same time don't find each other at first. */
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

/** Waits until at least one of these viewers has received bytes from another. */
export async function untilShared(...viewers: readonly ExampleViewer[]): Promise<void> {
  try {
    await until(
      "one viewer got bytes from another",
      async () => {
        const all = await Promise.all(viewers.map((viewer) => viewer.bytesFromPeers()));
        return all.some((bytes) => bytes > 0);
      },
      MEETING_SECONDS,
    );
  } catch (error) {
    throw new Error(`${error}\n${viewers.flatMap(({ errors }) => errors).join("\n")}`);
  }
}
