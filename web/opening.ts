/** Opens a player on a page's stage; while that can't be done yet, says so there and tries again. */

import type { RefusalReason } from "../functions/edge/ticket.ts";
import { passIn } from "./playback/pass.ts";
import { retrySecondsAfter } from "./playback/refusals.ts";
import { readStream, type Stream } from "./playback/stream.ts";
import { TicketError } from "./playback/ticket-request.ts";
import { complaintAbout } from "./ui/entry/complaints.ts";
import { errorWords, retryWords } from "./ui/error-words.ts";

document.querySelector("#late")?.remove();

export function stageOf(page: Document): HTMLElement {
  const stage = page.querySelector<HTMLElement>("#stage");
  if (!stage) throw new Error("The page has no #stage.");
  return stage;
}

/** This page's stream, by the pass in its address, or the password if the stream has one. */
export async function enterStream(): Promise<Stream> {
  const deployment = new URL("/", location.href);
  try {
    const stream = await readStream(deployment, () => passIn(location.hash));
    // Somebody pasted another link, or the page around gave a new token.
    addEventListener("hashchange", () => stream.tickets?.passChanged());
    return stream;
  } catch (error) {
    const isAsked = error instanceof TicketError && error.reason === "pass-needed";
    if (!isAsked || !error.ways.includes("password")) throw error;
    const { askForPassword } = await import("./ui/entry/password-form.ts");
    const enter = (password: string) => readStream(deployment, { password });
    return askForPassword(stageOf(document), { enter, complaintAbout });
  }
}

/** Tries again until `load` succeeds, ever more slowly, and at once when the browser is back online. */
export async function untilItWorks<T>(load: () => Promise<T>): Promise<T> {
  for (let waitSeconds = 1; ; waitSeconds = Math.min(waitSeconds * 2, 30)) {
    try {
      return await load();
    } catch (error) {
      console.warn("The page can't start yet:", error);
      const reason = error instanceof TicketError ? error.reason : null;
      if (reason) waitSeconds = retrySecondsAfter(reason);
      say(navigator.onLine ? "cdn-failing" : "offline", reason, waitSeconds);
      await somethingChangedOr(waitSeconds);
    }
  }
}

function say(kind: "cdn-failing" | "offline", reason: RefusalReason | null, waitSeconds: number): void {
  const { title, next } = errorWords(kind, reason);
  const word = document.querySelector("#word");
  const retry = reason ? "" : ` ${retryWords(waitSeconds)}.`;
  if (word) word.textContent = `${title}. ${next}${retry}`;
}

/** The browser is back online, or the address has another pass. */
function somethingChangedOr(waitSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      removeEventListener("hashchange", go);
      resolve();
    };
    const timer = setTimeout(go, waitSeconds * 1000);
    addEventListener("online", go);
    addEventListener("hashchange", go);
  });
}
