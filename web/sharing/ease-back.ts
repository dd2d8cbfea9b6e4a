/**
 * Lets the picture fall back to its delay when it is nearer to the live edge: whoever comes as a stream begins can't
 * play further back than there is anything, and would else stay there, where nothing can be shared in time.
 */

/** A tenth is hardly noticed, and gains a segment of two seconds in twenty. */
const EASY_RATE = 0.9;

/** Nearer than it should be by more than this, in seconds, begins it; delays vary by as much from playlist to playlist. */
const FAR_SECONDS = 2;
const NEAR_ENOUGH_SECONDS = 0.5;

/** Whether to play more slowly, from how many seconds the picture is nearer to live than it should be. */
export function shouldEaseBack(nearerBySeconds: number, isEasing: boolean): boolean {
  return nearerBySeconds > (isEasing ? NEAR_ENOUGH_SECONDS : FAR_SECONDS);
}

/**
 * Watches until the returned function is called. `nearerBySeconds` is null while it isn't known or is on purpose.
 * `onChange` is called before the pace changes, so that nobody else sets it meanwhile.
 */
export function easeBack(
  media: HTMLMediaElement,
  nearerBySeconds: () => number | null,
  onChange: (isEasing: boolean) => void,
): () => void {
  let isEasing = false;
  const settle = (shouldEase: boolean) => {
    if (shouldEase === isEasing) return;
    isEasing = shouldEase;
    onChange(isEasing);
    media.playbackRate = isEasing ? EASY_RATE : 1;
  };
  const adjust = () => {
    settle(shouldEaseBack(nearerBySeconds() ?? 0, isEasing));
    // hls.js plays on at 1 after a stall.
    if (isEasing) media.playbackRate = EASY_RATE;
  };
  media.addEventListener("timeupdate", adjust);
  return () => {
    media.removeEventListener("timeupdate", adjust);
    settle(false);
  };
}
