/**
 * The player: a video with its session, controls, words for trouble and the sharing panel, in one element of
 * a page. The viewer's page, the embed and other people's pages all use this one.
 */

import type { Circumstances } from "../sharing/allowance.ts";
import { createLiveSession } from "../sharing/live-session.ts";
import type { LiveSession, LiveSessionOptions } from "../sharing/session.ts";
import { listenForKeys } from "./keyboard.ts";
import { extendMedia } from "./live-media.ts";
import { playerMarkup } from "./markup.ts";
import { Panel } from "./panel.ts";
import { part } from "./part.ts";
import playerStyles from "./player.css" with { type: "text" };
import { browserStorage } from "./preferences.ts";
import { Rewind } from "./rewind.ts";
import { seekTo } from "./seeking.ts";
import { offerCodes } from "./share-dialog.ts";
import { SharingChoice } from "./sharing-choice.ts";
import { offerSound } from "./sound-offer.ts";
import { adoptStyles } from "./styles.ts";
import { TroubleNotice } from "./trouble-notice.ts";

export interface PlayerOptions extends Omit<LiveSessionOptions, "video" | "mode"> {
  /** How much sharing the deployment allows, and with which part of its viewers. */
  policy: Circumstances["policy"];
  /** Where keys are heard: the whole page, or only inside the player, for pages that have more on them. */
  keys: "page" | "player";
  /** Whether it starts without sound, as browsers want of a page that nobody has touched; true by default. */
  muted?: boolean;
  /** Whether it starts by itself; true by default. */
  autoplay?: boolean;
  colours?: Colours;
}

/** CSS colours, in place of the player's own. */
export interface Colours {
  /** Of what came from peers. */
  accent?: string;
  /** Of words and buttons. */
  text?: string;
  /** Around a picture that doesn't fill the player. */
  background?: string;
}

export interface Player {
  readonly video: HTMLVideoElement;
  readonly session: LiveSession;
  /** Takes the player off the page; leaves no socket, timer or listener. */
  destroy(): void;
}

// The controls wait for the picture, but not for ever: a stream that is slow to come still gets its buttons.
const controlsAfterMilliseconds = 1500;

/** Puts a player into `place`, whose content it replaces. */
export function createPlayer(place: HTMLElement, options: PlayerOptions): Player {
  const { keys, policy, muted = true, autoplay = true, colours = {}, ...stream } = options;
  // Media Chrome looks for what fills the screen only in elements with a dash in their name.
  const host = document.createElement("shoal-player");
  const root = host.attachShadow({ mode: "open" });
  adoptStyles(root, playerStyles);
  root.innerHTML = playerMarkup;
  for (const [name, colour] of Object.entries(colours)) host.style.setProperty(`--${name}`, colour);
  place.replaceChildren(host);
  const video = part<HTMLVideoElement>(root, "video");
  const controller = part(root, "media-controller");
  video.muted = muted;

  const storage = browserStorage();
  const sharing = new SharingChoice(policy, storage);
  const session = createLiveSession({ ...stream, video, mode: sharing.allowance.mode });
  const renditions = extendMedia(video, session);
  const notice = new TroubleNotice(part(root, "#trouble"));
  const panel = new Panel({ root, session, storage, onChoice: (mode) => sharing.choose(mode) });
  const rewind = new Rewind(root, video, session);
  const togglePanel = () => panel.toggle();

  const stops = [
    sharing.watch((allowance) => {
      session.setMode(allowance.mode);
      panel.showAllowance(allowance);
    }),
    // A page that sets the mode does so in the viewer's name.
    session.on("mode", (mode) => {
      if (mode !== sharing.allowance.mode) sharing.choose(mode);
    }),
    session.on("trouble", (trouble) => notice.show(trouble)),
    session.on("qualities", (qualities) => renditions.show(qualities)),
    session.watchFigures((figures) => {
      panel.showFigures(figures);
      rewind.update();
    }),
    listenForKeys(keys === "page" ? document : root, { controller, video, session, togglePanel }),
    defineControls(root, video, session),
  ];
  notice.show(session.trouble);
  offerCodes(root, stream.hls);
  offerSound(part(root, "#sound"), video);
  seekBySession(controller, session);
  if (autoplay) startPlaying(video);

  return {
    video,
    session,
    destroy() {
      for (const stop of stops) stop();
      notice.destroy();
      panel.destroy();
      rewind.destroy();
      session.destroy();
      host.remove();
    },
  };
}

/** Plays with sound if that is wished and allowed, else without. */
function startPlaying(video: HTMLVideoElement): void {
  video
    .play()
    .catch((error: unknown) => {
      // A page or a viewer who pauses before the first frame interrupts it, and means that.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") throw error;
      video.muted = true;
      return video.play();
    })
    .catch(() => {
      // Paused, or the browser wants a tap first; the controls show a play button for either.
    });
}

/** Loads the controls once the first frame is there, or trouble, or the wait for either is over. */
function defineControls(root: ShadowRoot, video: HTMLVideoElement, session: LiveSession): () => void {
  const load = () => {
    stop();
    import("./controls.ts").then(
      // The panel and the words for trouble lie beside the controller, and would be left out of its full screen.
      () => Object.assign(part(root, "media-controller"), { fullscreenElement: part(root, "#player") }),
      (error: unknown) => {
        console.warn("The controls can't be loaded, so the browser's own take their place:", error);
        video.controls = true;
      },
    );
  };
  const patience = setTimeout(load, controlsAfterMilliseconds);
  const noLonger = session.on("trouble", load);
  video.addEventListener("loadeddata", load);
  const stop = () => {
    clearTimeout(patience);
    noLonger();
    video.removeEventListener("loadeddata", load);
  };
  return stop;
}

/** The session knows where live is; Media Chrome would seek to the end of the playlist, nearer than others share. */
function seekBySession(controller: HTMLElement, session: LiveSession): void {
  const instead = (request: string, seek: (event: Event) => void) =>
    controller.addEventListener(
      request,
      (event) => {
        event.stopImmediatePropagation();
        seek(event);
      },
      { capture: true },
    );
  instead("mediaseektoliverequest", () => session.jumpToLive());
  instead("mediaseekrequest", (event) => seekTo(session, (event as CustomEvent<number>).detail));
}
