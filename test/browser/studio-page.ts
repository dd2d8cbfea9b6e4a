/** A narrow window for the studio, with what goes wrong in it. */

import type { Browser, BrowserContext, Page } from "playwright-core";

export interface StudioPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors that nothing caught, and what the content security policy refused. */
  readonly crashes: readonly string[];
}

export async function openStudioPage(browser: Browser): Promise<StudioPage> {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const crashes: string[] = [];
  page.on("pageerror", (error) => crashes.push(error.message));
  page.on("console", (message) => {
    if (/Content.Security.Policy|TrustedHTML/.test(message.text())) crashes.push(message.text());
  });
  return { context, page, crashes };
}
