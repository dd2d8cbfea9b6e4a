/**
 * The notice on sharing: says that others can see the viewer's network address, or asks for a yes. It has a row of its
 * own above the video, so it covers neither the picture nor the controls, however small the frame is.
 */

import type { SharingChoice } from "../../policy/sharing-choice.ts";
import noticeStyles from "./notice.css" with { type: "text" };
import { type NoticeWords, noticeWords } from "./notice-words.ts";

export { noticeStyles };

/** A notice that was on the screen for this long counts as read, even if it wasn't closed. */
const READ_AFTER_MS = 5_000;

/** Screen readers announce what is written into a status, not a status that comes with its text. */
const WRITTEN_AFTER_MS = 100;

/** Shows in `place` what is due. Resolves once the notice is gone: answered, no longer needed, or `ended`. */
export async function showNotice(
  place: HTMLElement,
  choice: SharingChoice,
  ended: AbortSignal,
): Promise<void> {
  const kind = choice.prompt;
  if (kind === null) return;
  const words = noticeWords(kind, choice.policy.reach);
  const { notice, sentence, accept, decline } = elementsFor(words);
  place.prepend(notice);
  const stopResizing = giveRoom(place, notice, sentence);
  const closing = new AbortController();
  const { signal } = closing;
  const isClosed = new Promise((resolve) => signal.addEventListener("abort", resolve));
  const acceptIt = () => {
    if (kind === "ask") choice.agree();
    else choice.keepTold();
    closing.abort();
  };
  ended.addEventListener("abort", () => closing.abort(), { signal });
  accept.addEventListener("click", acceptIt);
  decline.addEventListener("click", () => {
    choice.choose("off");
    closing.abort();
  });
  notice.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && kind === "notice") acceptIt();
  });
  whenSeen(signal, () => {
    sentence.textContent = words.sentence;
    if (kind === "ask") return;
    choice.tell();
    const timer = setTimeout(() => choice.keepTold(), READ_AFTER_MS);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
  // The viewer may choose in the panel meanwhile, or the page turn sharing off.
  const stopWatching = choice.watch(({ mode }) => {
    if (choice.prompt !== kind && (kind === "ask" || mode === "off")) closing.abort();
  });
  await isClosed;
  stopWatching();
  stopResizing();
  remove(notice);
}

function elementsFor({ accept, decline }: NoticeWords) {
  const notice = document.createElement("section");
  notice.id = "notice";
  notice.setAttribute("aria-label", "Sharing with other viewers");
  const sentence = document.createElement("p");
  sentence.setAttribute("role", "status");
  const buttons = document.createElement("div");
  const [accepting, declining] = [buttonFor(accept), buttonFor(decline)];
  buttons.append(accepting, declining);
  notice.append(sentence, buttons);
  return { notice, sentence, accept: accepting, decline: declining };
}

function buttonFor(label: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  return button;
}

/** The focus would get lost with the notice, so it goes on to the controls. */
function remove(notice: HTMLElement): void {
  const root = notice.getRootNode() as ShadowRoot;
  const hadFocus = notice.contains(root.activeElement);
  notice.remove();
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
function giveRoom(place: HTMLElement, notice: HTMLElement, sentence: HTMLElement): () => void {
  place.toggleAttribute("data-notice", true);
  const observer = new ResizeObserver(() => {
    place.style.setProperty("--notice", `${notice.offsetHeight}px`);
    // In a very small frame the sentence scrolls, by keyboard too.
    if (sentence.scrollHeight > sentence.clientHeight) sentence.tabIndex = 0;
    else sentence.removeAttribute("tabindex");
  });
  observer.observe(notice);
  observer.observe(sentence);
  return () => {
    observer.disconnect();
    place.removeAttribute("data-notice");
    place.style.removeProperty("--notice");
  };
}
