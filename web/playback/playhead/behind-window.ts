/**
 * Tells whether the live window has moved past a stalled playhead, so that its segment can't be loaded any more.
 * hls.js usually notices and jumps to live, but after a change of rendition it may wait forever.
 */

/** Times are the video's own, in seconds. */
export interface Playhead {
  currentTime: number;
  /** False until hls.js has chosen where to begin. */
  hasPlayed: boolean;
  /** True while the video waits for data. */
  isStalled: boolean;
  playlistStart: number;
}

/** Video and audio playlists may begin an audio frame apart, because segments are cut at frames. */
const TOLERANCE_SECONDS = 0.25;

export function isBehindWindow({ currentTime, hasPlayed, isStalled, playlistStart }: Playhead): boolean {
  return hasPlayed && isStalled && currentTime < playlistStart - TOLERANCE_SECONDS;
}
