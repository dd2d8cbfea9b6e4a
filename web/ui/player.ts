/**
 * The player in one element: a video with its live session, controls, error notice and sharing panel. The
 * viewer's page, the embed and other people's pages all create it here.
 *
 * ui/ may import playback/, policy/ and types from sharing/. What a first frame doesn't need is loaded after it.
 */

import { Emitter } from "../playback/emitter.ts";
import { createLiveSession } from "../playback/live-session.ts";
import type { LiveSession, LiveSessionEvents, SharingMode } from "../playback/session.ts";
import type { Stats } from "../playback/stats.ts";
import { limitSharing, type Stream } from "../playback/stream.ts";
import { browserStorage, readPreferences } from "../policy/preferences.ts";
import { SharingChoice } from "../policy/sharing-choice.ts";
import type { Controls } from "./controls/controls.ts";
import { ErrorNotice } from "./error-notice.ts";
import { listenForKeys } from "./keyboard.ts";
import { extendMedia } from "./live-media.ts";
import { promptWhenDue } from "./notice/prompt.ts";
import playerStyles from "./player.css" with { type: "text" };
import { adoptStyles, find } from "./shadow-root.ts";
import { firstFrameOrError, startBehind, startPlaying } from "./start.ts";

export interface PlayerOptions extends Stream {
  /** The most that viewers share here; by default what the deployment allows. */
  sharing?: SharingMode;
  /** Starts muted, because browsers block autoplay with audio; true by default. */
  muted?: boolean;
  /** Starts by itself; true by default. */
  autoplay?: boolean;
  /** Starts this far behind live, as far as the playlist reaches back. */
  startBehindLiveSeconds?: number;
  colours?: Colours;
  /** Listens for keys on the whole page, or only inside the player (the default). */
  keys?: "page" | "player";
}

/** CSS colours that replace the player's own. */
export interface Colours {
  /** Marks what came from peers. */
  accent?: string;
  /** Text and buttons. */
  text?: string;
  /** Shown around a video that doesn't fill the player. */
  background?: string;
}

export interface PlayerEvents extends LiveSessionEvents {
  play: null;
  pause: null;
  /** Once a second. */
  stats: Stats;
}

export interface Player {
  readonly video: HTMLVideoElement;
  /** The stream as it plays: qualities, delay, errors, and everything else that this interface leaves out. */
  readonly session: LiveSession;
  readonly stats: Stats;
  /** How much is shared. Setting it limits sharing here, and never goes beyond what viewer and deployment allow. */
  sharing: SharingMode;
  /** Rejects when the browser wants a tap first. */
  play(): Promise<void>;
  pause(): void;
  seekToLive(): void;
  /** Goes back from the live position, as far as the playlist reaches. */
  seekBehindLive(seconds: number): void;
  /** Returns a function that stops listening. */
  on<K extends keyof PlayerEvents>(event: K, listener: (value: PlayerEvents[K]) => void): () => void;
  /** Removes the player from the page. Leaves no socket, timer or listener behind. */
  destroy(): void;
}

/** Puts a player into `container`: replaces its content and fills it. */
export function createPlayer(container: HTMLElement, options: PlayerOptions): Player {
  return new ShoalPlayer(container, options);
}

const FORWARDED_EVENTS = [
  "error",
  "qualities",
  "quality",
  "live",
  "mode",
  "firstFrame",
  "segment",
  "destroyed",
] as const satisfies readonly (keyof LiveSessionEvents)[];

const markup = `
<div id="player">
  <media-controller defaultstreamtype="live" noautoseektolive nohotkeys lang="en">
    <video slot="media" playsinline></video>
  </media-controller>
</div>`;

class ShoalPlayer implements Player {
  readonly video: HTMLVideoElement;
  readonly session: LiveSession;
  readonly #choice: SharingChoice;
  readonly #events = new Emitter<PlayerEvents>();
  readonly #destroyed = new AbortController();

  constructor(container: HTMLElement, options: PlayerOptions) {
    const { sharing = "on", muted = true, autoplay = true, colours = {}, keys = "player", ...rest } = options;
    const { startBehindLiveSeconds = 0, reports = true, reportsTo: source, ...unlimited } = rest;
    const { policy, ...stream } = limitSharing(unlimited, sharing);
    const { signal } = this.#destroyed;
    const root = addRoot(container, colours, signal);
    const video = find<HTMLVideoElement>(root, "video");
    video.muted = muted;
    const storage = browserStorage();
    const choice = new SharingChoice(policy, storage, stream.tickets?.viewer);
    const startedAt = Date.now();
    const session = createLiveSession({
      ...stream,
      video,
      mode: choice.allowance.mode,
      sharingAbove: choice.policy.above,
    });
    this.video = video;
    this.session = session;
    this.#choice = choice;
    this.#forwardEvents();

    const unbindChoice = choice.bind(session);
    const notice = new ErrorNotice(root);
    notice.show(session.error);
    session.on("error", (error) => notice.show(error));
    // Media Chrome reads what this adds to the video as soon as its elements are defined.
    const renditions = extendMedia(video, session);
    session.on("qualities", (qualities) => renditions.show(qualities));

    const started = firstFrameOrError(video, session, signal);
    void started.then(() => {
      if (!signal.aborted)
        signal.addEventListener("abort", promptWhenDue(root, find(root, "#player"), choice));
    });
    const { tickets } = stream;
    if (source && tickets && reports) {
      void started
        .then(() => import("../insights/report-when-allowed.ts"))
        .then(({ ofLiveSession, reportWhenAllowed }) =>
          reportWhenAllowed(
            { name: "shoal", video, session: ofLiveSession(session), tickets, source, startedAt, choice },
            { isSwitchedOn: () => readPreferences(storage).reports, destroyed: signal },
          ),
        )
        .catch((error: unknown) => console.info("Nothing is reported:", error));
    }
    const controls = started
      .then(() => import("./controls/controls.ts"))
      .then(({ Controls }) =>
        signal.aborted ? null : new Controls(root, { session, choice, storage, hls: stream.hls }),
      )
      .catch((error: unknown) => {
        console.warn("The controls can't be loaded. The browser's own replace them:", error);
        video.controls = true;
        return null;
      });
    let loadedControls: Controls | null = null;
    void controls.then((loaded) => {
      loadedControls = loaded;
    });
    const stopListening = listenForKeys(keys === "page" ? document : root, {
      controller: find(root, "media-controller"),
      video,
      session,
      togglePanel: () => {
        if (loadedControls) loadedControls.panel.toggle();
        // Before the panel is there, the key means to open it, even if it will open by itself.
        else void controls.then((loaded) => loaded?.panel.toggle(true));
      },
    });

    signal.addEventListener("abort", () => {
      stopListening();
      unbindChoice();
      notice.destroy();
      void controls.then((loaded) => loaded?.destroy());
    });
    if (startBehindLiveSeconds > 0) startBehind(session, video, startBehindLiveSeconds);
    if (autoplay) startPlaying(video);
  }

  get stats(): Stats {
    return this.session.stats;
  }

  get sharing(): SharingMode {
    return this.session.mode;
  }

  set sharing(mode: SharingMode) {
    this.#choice.limitTo(mode);
  }

  play(): Promise<void> {
    return this.video.play();
  }

  pause(): void {
    this.video.pause();
  }

  seekToLive(): void {
    this.session.jumpToLive();
  }

  seekBehindLive(seconds: number): void {
    this.session.seekBehindLive(seconds);
  }

  on<K extends keyof PlayerEvents>(event: K, listener: (value: PlayerEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  destroy(): void {
    this.#destroyed.abort();
    this.session.destroy();
    this.#events.clear();
  }

  #forwardEvents(): void {
    const { signal } = this.#destroyed;
    for (const event of ["play", "pause"] as const) {
      this.video.addEventListener(event, () => this.#events.emit(event, null), { signal });
    }
    this.session.watchStats((stats) => this.#events.emit("stats", stats));
    const forward = <K extends keyof LiveSessionEvents>(event: K) =>
      this.session.on(event, (value) => this.#events.emit(event, value as PlayerEvents[K]));
    for (const event of FORWARDED_EVENTS) forward(event);
  }
}

/** Replaces the container's content by the player's element, which covers the container until it is destroyed. */
function addRoot(container: HTMLElement, colours: Colours, destroyed: AbortSignal): ShadowRoot {
  const wasStatic = getComputedStyle(container).position === "static";
  if (wasStatic) container.style.position = "relative";
  // Media Chrome looks for its fullscreen element only in elements with a hyphen in their name.
  const host = document.createElement("shoal-player");
  for (const [name, colour] of Object.entries(colours)) host.style.setProperty(`--${name}`, colour);
  const root = host.attachShadow({ mode: "open" });
  adoptStyles(root, playerStyles);
  root.innerHTML = markup;
  container.replaceChildren(host);
  destroyed.addEventListener("abort", () => {
    host.remove();
    if (wasStatic) container.style.removeProperty("position");
  });
  return root;
}
