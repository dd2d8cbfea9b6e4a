/** Listens for keys and carries out what they ask of the player. */

import type { LiveSession } from "../playback/session.ts";
import { type Focus, type KeyAction, keyAction, type MediaAction } from "./keys.ts";
import { seekTo } from "./seeking.ts";

export interface KeyTargets {
  /** Media Chrome's controller. It handles the same requests from its own buttons. */
  controller: HTMLElement;
  video: HTMLVideoElement;
  session: LiveSession;
  togglePanel(): void;
}

/** Listens on `scope`: the document, or only the player's shadow root. Returns a function that stops. */
export function listenForKeys(scope: EventTarget, targets: KeyTargets): () => void {
  const onKey = (event: Event) => {
    if (!(event instanceof KeyboardEvent) || event.defaultPrevented) return;
    const action = keyAction(event, focusOf(event));
    if (!action) return;
    // Otherwise space and arrows scroll the page.
    event.preventDefault();
    perform(action, targets);
  };
  scope.addEventListener("keydown", onKey);
  return () => scope.removeEventListener("keydown", onKey);
}

const KEY_HANDLERS = "input, select, textarea, [contenteditable], [role=slider], [role^=menu], summary";

function focusOf(event: KeyboardEvent): Focus {
  // The event's target stops at shadow roots, its path doesn't.
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return "none";
  const { host } = target.getRootNode() as Partial<ShadowRoot>;
  if (host?.localName === "shoal-seek-bar") return "seek-bar";
  if (target.closest(KEY_HANDLERS)) return "handles-keys";
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

/** Works without the controller, which loads after the first frame. */
function playOrPause(video: HTMLVideoElement): void {
  if (!video.paused) video.pause();
  // If the browser refuses, the video stays paused and the play button shows it.
  else video.play().catch(() => {});
}

/** The request that Media Chrome's own button or slider would send. */
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
