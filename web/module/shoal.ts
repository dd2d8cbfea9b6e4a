/** `shoal.js`: what a page imports to play a stream of Shoal. */

export type { Colours } from "../player/player.ts";
export type { Figures } from "../sharing/figures.ts";
export type { LiveSession, LiveSessionEvents, Quality, SharingMode, Trouble } from "../sharing/session.ts";
export { createPlayer, type Player, type PlayerEvents, type PlayerOptions } from "./create-player.ts";
export { playStream } from "./play-stream.ts";
export { limitSharing, readStream, type Stream } from "./stream.ts";
