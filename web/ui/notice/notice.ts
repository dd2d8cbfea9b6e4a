/**
 * The notice on sharing: says that others can see the viewer's network address, or asks for a yes. It has a row of its
 * own above the video, so it covers neither the picture nor the controls, however small the frame is.
 */

import type { SharingChoice } from "../../policy/sharing-choice.ts";
import { adoptStyles, find } from "../shadow-root.ts";
import noticeStyles from "./notice.css" with { type: "text" };
import { noticeWords } from "./notice-words.ts";

/** A notice that was on the screen for this long counts as read, even if it wasn't closed. */
const READ_AFTER_MS = 5_000;

/** Screen readers announce what is written into a status, not a status that comes with its text. */
const WRITTEN_AFTER_MS = 100;

const markup = `
<section id="notice" aria-label="Sharing with other viewers">
  <p role="status"></p>
  <div><button type="button" id="notice-accept"></button><button type="button" id="notice-decline"></button></div>
</section>`;

/** Shows what is due. Resolves once the notice is gone: answered, no longer needed, or `ended`. */
export async function showNotice(
  root: ShadowRoot,
  place: HTMLElement,
  choice: SharingChoice,
  ended: AbortSignal,
): Promise<void> {
  const kind = choice.prompt;
  if (kind === null) return;
  adoptStyles(root, noticeStyles);
  place.insertAdjacentHTML("afterbegin", markup);
  const notice = find(place, "#notice");
  const words = noticeWords(kind, choice.policy.reach);
  const [accept, decline] = [find(notice, "#notice-accept"), find(notice, "#notice-decline")];
  accept.textContent = words.accept;
  decline.textContent = words.decline;
  const stopResizing = giveRoom(place, notice);
  const closing = new AbortController();
  const { signal } = closing;
  ended.addEventListener("abort", () => closing.abort(), { signal });
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
    const acceptIt = () => {
      if (kind === "ask") choice.agree();
      else choice.keepTold();
      closing.abort();
    };
    accept.addEventListener("click", acceptIt);
    decline.addEventListener("click", () => {
      choice.choose("off");
      closing.abort();
    });
    notice.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && kind === "notice") acceptIt();
    });
    whenSeen(signal, () => {
      find(notice, "p").textContent = words.sentence;
      if (kind === "ask") return;
      choice.tell();
      const timer = setTimeout(() => choice.keepTold(), READ_AFTER_MS);
      signal.addEventListener("abort", () => clearTimeout(timer));
    });
    // The viewer chose in the panel meanwhile, or the page turned sharing off.
    const stopWatching = choice.watch(({ mode }) => {
      const isNeeded =
        kind === "ask" ? choice.prompt === "ask" : choice.prompt === "notice" || mode !== "off";
      if (!isNeeded) queueMicrotask(() => closing.abort());
    });
    signal.addEventListener("abort", stopWatching);
  });
  const hadFocus = notice.contains(root.activeElement);
  stopResizing();
  notice.remove();
  // The focus would get lost with the notice.
  if (hadFocus) root.querySelector<HTMLElement>("media-control-bar media-play-button")?.focus();
}

/** Calls back once the page is visible and the notice has been in it for a moment. */
function whenSeen(signal: AbortSignal, seen: () => void): void {
  const later = () => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", later);
    const timer = setTimeout(seen, WRITTEN_AFTER_MS);
    signal.addEventListener("abort", () => clearTimeout(timer));
  };
  document.addEventListener("visibilitychange", later, { signal });
  later();
}

/** Moves what is below the notice down by its height, which depends on the player's width. */
function giveRoom(place: HTMLElement, notice: HTMLElement): () => void {
  place.toggleAttribute("data-notice", true);
  const observer = new ResizeObserver(() => place.style.setProperty("--notice", `${notice.offsetHeight}px`));
  observer.observe(notice);
  return () => {
    observer.disconnect();
    place.removeAttribute("data-notice");
    place.style.removeProperty("--notice");
  };
}
