/**
 * Whether the stream has moved on from under a viewer: the place to play on from has left the playlist before enough of
 * it was loaded. hls.js mostly sees it and jumps to live; after a change of rendition it may wait there for ever.
 */

export interface Place {
  /** The video's own time, in seconds, as all here. */
  currentTime: number;
  /** Nothing to lose where nothing has been played: hls.js is about to choose where to begin. */
  hasPlayed: boolean;
  /** False while the picture waits for more. */
  isShown: boolean;
  playlistStart: number;
}

/** Playlists of picture and sound begin up to an audio frame apart, and segments are cut as closely. */
const TOLERANCE_SECONDS = 0.25;

export function hasLeftWindow({ currentTime, hasPlayed, isShown, playlistStart }: Place): boolean {
  return hasPlayed && !isShown && currentTime < playlistStart - TOLERANCE_SECONDS;
}
