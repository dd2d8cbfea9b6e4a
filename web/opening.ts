/** Opens a player on a page's stage; while that can't be done yet, says so there and tries again. */

import { errorWords, retryWords } from "./ui/error-words.ts";

document.querySelector("#late")?.remove();

export function stageOf(page: Document): HTMLElement {
  const stage = page.querySelector<HTMLElement>("#stage");
  if (!stage) throw new Error("The page has no #stage.");
  return stage;
}

/** Tries again until `load` succeeds, ever more slowly, and at once when the browser is back online. */
export async function untilItWorks<T>(load: () => Promise<T>): Promise<T> {
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
  const { title, next } = errorWords(kind);
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
