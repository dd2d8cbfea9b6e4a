/**
 * Slows playback until the target delay is reached. A viewer who joins as a stream begins has to start near the live
 * edge and would otherwise stay there, where no segment can be shared in time.
 */

/** A tenth slower is hardly noticed, and gains two seconds in twenty. */
const SLOW_RATE = 0.9;

/** Slowing begins beyond this difference, since the delay varies by as much from playlist to playlist. */
const FAR_SECONDS = 2;
const NEAR_ENOUGH_SECONDS = 0.5;

/** Whether to slow playback; `nearerBySeconds` is by how much the playhead is nearer to live than its target. */
export function shouldSlowDown(nearerBySeconds: number, isSlow: boolean): boolean {
  return nearerBySeconds > (isSlow ? NEAR_ENOUGH_SECONDS : FAR_SECONDS);
}

/**
 * Watches until the returned function is called. `nearerBySeconds` returns null if the difference is unknown or
 * intended. `onChange` is called before the playback rate changes, so that nobody else sets it meanwhile.
 */
export function slowToTargetDelay(
  media: HTMLMediaElement,
  nearerBySeconds: () => number | null,
  onChange: (isSlow: boolean) => void,
): () => void {
  let isSlow = false;
  const settle = (shouldBeSlow: boolean) => {
    if (shouldBeSlow === isSlow) return;
    isSlow = shouldBeSlow;
    onChange(isSlow);
    media.playbackRate = isSlow ? SLOW_RATE : 1;
  };
  const adjust = () => {
    settle(shouldSlowDown(nearerBySeconds() ?? 0, isSlow));
    // hls.js resets the rate to 1 after a stall.
    if (isSlow) media.playbackRate = SLOW_RATE;
  };
  media.addEventListener("timeupdate", adjust);
  return () => {
    media.removeEventListener("timeupdate", adjust);
    settle(false);
  };
}
