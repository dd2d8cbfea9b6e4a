/** Finds a browser that the tests can drive: an installed Chrome or Chromium, or else the one in @sparticuz/chromium. */

import packaged from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";
import { isExecutable, onPath } from "./executables.ts";

const flags = [
  // Viewers on one machine reach each other at its addresses; names in .local need a resolver, and a machine
  // without a network has only the loopback.
  "--disable-features=WebRtcHideLocalIpsWithMdns,Translate,MediaRouter,OptimizationHints",
  "--autoplay-policy=no-user-gesture-required",
  // A window that nobody looks at must not play more slowly than one in front.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  // Nothing but the test goes over the network.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  // Containers have no user namespaces and a small /dev/shm.
  "--no-sandbox",
  "--disable-dev-shm-usage",
];

const flagOnLoopback = "--allow-loopback-in-peer-connection";

// On a machine without a locale, Chromium calls its language "en-US@posix", which Intl refuses.
const env = { ...process.env, LANGUAGE: "en_US", LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" };

/** To debug a test: an installed browser shows its windows. */
const headless = process.env["SHOAL_HEADED"] === undefined;

const names = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome.exe"];
const usualPlaces = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Starts a browser, or says of every one that was found why it didn't run. `wrap` takes the browser's path and gives
 * that of a program to start in its stead, which runs it in a network of its own; loopback is no way to peers then.
 */
export async function startBrowser(wrap?: (path: string) => string): Promise<Browser> {
  const args = wrap ? flags : [...flags, flagOnLoopback];
  const failures: string[] = [];
  for (const { name, path } of candidates()) {
    try {
      const found = await path();
      return await chromium.launch({ executablePath: wrap ? wrap(found) : found, args, env, headless });
    } catch (error) {
      failures.push(`${name}: ${String(error).split("\n")[0]}`);
    }
  }
  throw new Error(`No browser runs here.\n${failures.join("\n")}`);
}

interface Candidate {
  name: string;
  path(): Promise<string>;
}

/** The browser that CHROME_PATH names and no other; or else the installed ones, then the packaged one. */
function candidates(): Candidate[] {
  const chosen = process.env["CHROME_PATH"];
  if (chosen) return [{ name: chosen, path: async () => chosen }];
  const installed = [...onPath(...names), ...usualPlaces.filter(isExecutable)];
  return [
    ...installed.map((path) => ({ name: path, path: async () => path })),
    { name: "@sparticuz/chromium", path: () => packaged.executablePath() },
  ];
}
