/** Drives the system's Firefox by WebDriver BiDi. Playwright needs a Firefox of its own, or one newer than ESR. */

import puppeteer, { type KeyInput } from "puppeteer-core";
import { onPath } from "../browser/executables.ts";
import type { DrivenPage } from "./driven-page.ts";

const preferences = {
  // Viewers on one machine reach each other at its addresses; names in .local need a resolver, and a machine
  // without a network has only the loopback.
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
};

export async function startFirefox(): Promise<DrivenPage> {
  const [executablePath] = onPath("firefox-esr", "firefox");
  if (!executablePath) throw new Error("Firefox isn't installed: run .ci/browsers/install.");
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: process.env["SHOAL_HEADED"] === undefined,
    extraPrefsFirefox: preferences,
    defaultViewport: { width: 960, height: 640 },
  });
  const page = await browser.newPage();
  return {
    browser: await browser.version(),
    open: async (address) => {
      await page.goto(address);
    },
    evaluate: async <T>(expression: string) => (await page.evaluate(expression)) as T,
    press: (key) => page.keyboard.press(key as KeyInput),
    screenshot: () => page.screenshot(),
    close: () => browser.close(),
  };
}
