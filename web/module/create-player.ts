/** The player as other people's pages drive it: a picture with controls, plain verbs, and events with types. */

import { type Colours, createPlayer as createWholePlayer } from "../player/player.ts";
import { Emitter } from "../sharing/emitter.ts";
import type { Figures } from "../sharing/figures.ts";
import type { LiveSession, LiveSessionEvents, SharingMode } from "../sharing/session.ts";
import { limitSharing, type Stream } from "./stream.ts";

export interface PlayerOptions extends Stream {
  /** The most that its viewers share here; by default what the deployment allows. */
  sharing?: SharingMode;
  /** Whether it starts without sound, as browsers want of a page that nobody has touched; true by default. */
  muted?: boolean;
  /** Whether it starts by itself; true by default. */
  autoplay?: boolean;
  /** Starts so far behind live, as far as the playlist reaches. */
  startBehindLiveSeconds?: number;
  colours?: Colours;
  /** Where keys are heard; only inside the player by default. */
  keys?: "page" | "player";
}

export interface PlayerEvents extends LiveSessionEvents {
  play: null;
  pause: null;
  /** Once a second. */
  figures: Figures;
}

export interface Player {
  readonly video: HTMLVideoElement;
  /** The stream as it plays: qualities, delay, trouble and all else that the verbs below leave out. */
  readonly session: LiveSession;
  readonly figures: Figures;
  /** What the viewer allows; what is set is remembered, and never goes beyond the deployment's policy. */
  sharing: SharingMode;
  /** Rejects when the browser wants a tap first. */
  play(): Promise<void>;
  pause(): void;
  seekToLive(): void;
  /** Goes back from the live position, as far as the playlist reaches. */
  seekBehindLive(seconds: number): void;
  /** Returns the way to stop listening. */
  on<K extends keyof PlayerEvents>(event: K, listener: (value: PlayerEvents[K]) => void): () => void;
  /** Takes the player off the page; leaves no socket, timer or listener. */
  destroy(): void;
}

const SESSION_EVENTS = [
  "trouble",
  "qualities",
  "quality",
  "live",
  "mode",
  "firstFrame",
  "segment",
  "destroyed",
] as const satisfies readonly (keyof LiveSessionEvents)[];

/** Puts a player into `place`, whose content it replaces and whose size it takes. */
export function createPlayer(place: HTMLElement, options: PlayerOptions): Player {
  const { sharing = "on", startBehindLiveSeconds = 0, keys = "player", ...rest } = options;
  // The player lies over the whole of its place.
  const isOurPosition = getComputedStyle(place).position === "static";
  if (isOurPosition) place.style.position = "relative";
  const whole = createWholePlayer(place, { ...limitSharing(rest, sharing), keys });
  const { video, session } = whole;
  const events = new Emitter<PlayerEvents>();
  const listening = new AbortController();
  const { signal } = listening;
  video.addEventListener("play", () => events.emit("play", null), { signal });
  video.addEventListener("pause", () => events.emit("pause", null), { signal });
  session.watchFigures((figures) => events.emit("figures", figures));
  const forward = <K extends keyof LiveSessionEvents>(event: K) =>
    session.on(event, (value) => events.emit(event, value as PlayerEvents[K]));
  for (const event of SESSION_EVENTS) forward(event);
  if (startBehindLiveSeconds > 0) startBehind(session, video, startBehindLiveSeconds);
  return {
    video,
    session,
    get figures() {
      return session.figures;
    },
    get sharing() {
      return session.mode;
    },
    set sharing(mode) {
      session.setMode(mode);
    },
    play: () => video.play(),
    pause: () => video.pause(),
    seekToLive: () => session.jumpToLive(),
    seekBehindLive: (seconds) => session.seekBehindLive(seconds),
    on: (event, listener) => events.on(event, listener),
    destroy() {
      listening.abort();
      whole.destroy();
      events.clear();
      if (isOurPosition) place.style.removeProperty("position");
    },
  };
}

/** The playlist says how far back one can go only when it is there, and the element seeks only with data. */
function startBehind(session: LiveSession, video: HTMLVideoElement, seconds: number): void {
  video.addEventListener("loadedmetadata", () => session.seekBehindLive(seconds), { once: true });
}
