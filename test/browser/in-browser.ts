/** Groups tests that need a browser. Without one they are skipped with a warning, or fail in CI. */

import type { Browser } from "playwright-core";
import { afterAll, describe, test } from "vitest";
import { startBrowser } from "./chromium.ts";

const browser = await startBrowser().catch((error: Error) => error);

export function inBrowser(name: string, tests: (browser: Browser) => void): void {
  if (browser instanceof Error) {
    if (process.env["CI"]) throw browser;
    console.warn(`Not run: ${name}. ${browser.message}`);
    describe(name, () => test.skip("needs a browser"));
    return;
  }
  describe(name, () => {
    afterAll(() => browser.close());
    tests(browser);
  });
}
