/** The viewer's page: asks which stream this place carries, and puts a player for it on the stage. */

import type { Config } from "../functions/site/config.ts";
import { retryWords, troubleWords } from "./player/trouble-words.ts";

const stage = document.querySelector<HTMLElement>("#stage");
if (!stage) throw new Error("The page has no #stage.");

const [config, { createPlayer }] = await untilItWorks(() =>
  Promise.all([readConfig(), import("./player/player.ts")]),
);

createPlayer(stage, {
  hls: new URL(config.hls, location.href).href,
  channel: config.channel,
  trackers: [trackerAddress(config.tracker)],
  stunServers: config.stunServers,
  policy: config.sharing,
  delaySeconds: config.delaySeconds,
  keys: "page",
});

async function readConfig(): Promise<Config> {
  const response = await fetch("/config.json");
  if (!response.ok) throw new Error(`/config.json answered ${response.status}.`);
  return (await response.json()) as Config;
}

function trackerAddress(tracker: string): string {
  const address = new URL(tracker, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

/** Tries again until `load` succeeds, ever more slowly, and at once when the browser is back online. */
async function untilItWorks<T>(load: () => Promise<T>): Promise<T> {
  for (let waitSeconds = 1; ; waitSeconds = Math.min(waitSeconds * 2, 30)) {
    try {
      return await load();
    } catch (error) {
      console.warn("The page can't start yet:", error);
      say(navigator.onLine ? "cdn-failing" : "offline", waitSeconds);
      await backOnlineOr(waitSeconds);
    }
  }
}

function say(kind: "cdn-failing" | "offline", waitSeconds: number): void {
  const { title, next } = troubleWords(kind);
  const word = document.querySelector("#word");
  if (word) word.textContent = `${title}. ${next} ${retryWords(waitSeconds)}.`;
}

function backOnlineOr(waitSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, waitSeconds * 1000);
    addEventListener("online", go);
  });
}
