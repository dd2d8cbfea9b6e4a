/** `shoal.js`: what a page imports to play a Shoal stream. */

export type { Entry } from "../playback/pass.ts";
export type {
  GuardLevel,
  LiveSession,
  LiveSessionEvents,
  PlaybackError,
  Quality,
  SharingMode,
} from "../playback/session.ts";
export type { Stats } from "../playback/stats.ts";
export { limitSharing, readStream, type Stream } from "../playback/stream.ts";
export {
  type Colours,
  createPlayer,
  type Player,
  type PlayerEvents,
  type PlayerOptions,
} from "../ui/player.ts";
export { playStream } from "./play-stream.ts";
export { sharingNotice } from "./sharing-notice.ts";
