/** Hears the keys that are meant for a player, and carries them out. */

import type { LiveSession } from "../sharing/session.ts";
import { type Focus, type KeyAction, keyAction, type MediaAction } from "./keys.ts";
import { seekTo } from "./seeking.ts";

export interface KeyTargets {
  /** Media Chrome's controller, which carries out what its own buttons ask of it. */
  controller: HTMLElement;
  video: HTMLVideoElement;
  session: LiveSession;
  togglePanel(): void;
}

/** Listens on `scope`: the document of a page that is all player, or the player's own element elsewhere. */
export function listenForKeys(scope: EventTarget, targets: KeyTargets): () => void {
  const heard = (event: Event) => {
    if (!(event instanceof KeyboardEvent) || event.defaultPrevented) return;
    const action = keyAction(event, focusOf(event));
    if (!action) return;
    // Space and arrows would scroll the page.
    event.preventDefault();
    perform(action, targets);
  };
  scope.addEventListener("keydown", heard);
  return () => scope.removeEventListener("keydown", heard);
}

const ownKeys = "input, select, textarea, [contenteditable], [role=slider], [role^=menu], summary";

function focusOf(event: KeyboardEvent): Focus {
  // Inside shadow roots, only the path tells what really has the focus.
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return "none";
  const { host } = target.getRootNode() as Partial<ShadowRoot>;
  if (host?.localName === "shoal-seek-bar") return "seek-bar";
  if (target.closest(ownKeys)) return "keys-of-its-own";
  return target.closest("button, a, [role=button]") ? "button" : "none";
}

function perform(action: KeyAction, { controller, video, session, togglePanel }: KeyTargets): void {
  if (action.do === "seek") seekTo(session, video.currentTime + action.seconds);
  else if (action.do === "beginning") seekTo(session, Number.NEGATIVE_INFINITY);
  else if (action.do === "live") session.jumpToLive();
  else if (action.do === "panel") togglePanel();
  else if (action.do === "play-or-pause") playOrPause(video);
  else {
    const [type, detail = null] = mediaRequest(action, video);
    controller.dispatchEvent(new CustomEvent(type, { composed: true, bubbles: true, detail }));
  }
}

/** Not by the controller: it loads after the first frame, and what is asked of it before is lost. */
function playOrPause(video: HTMLVideoElement): void {
  if (!video.paused) video.pause();
  // Refused or interrupted, it stays paused, and the play button says so.
  else video.play().catch(() => {});
}

/** What Media Chrome's own button or slider would ask of the controller. */
function mediaRequest(action: MediaAction, video: HTMLVideoElement): [type: string, detail?: number] {
  switch (action.do) {
    case "mute":
      return [video.muted ? "mediaunmuterequest" : "mediamuterequest"];
    case "volume":
      return ["mediavolumerequest", Math.min(1, Math.max(0, video.volume + action.change))];
    case "fullscreen":
      return [document.fullscreenElement ? "mediaexitfullscreenrequest" : "mediaenterfullscreenrequest"];
    case "picture-in-picture":
      return [document.pictureInPictureElement ? "mediaexitpiprequest" : "mediaenterpiprequest"];
  }
}
