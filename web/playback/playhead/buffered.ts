/** Reads from a media element what is buffered and what it is showing. */

/** The first frame may start a little after the playhead. */
const GAP_SECONDS = 0.1;

/** HTMLMediaElement.HAVE_FUTURE_DATA: the element can keep playing. */
const HAVE_FUTURE_DATA = 3;

/** How much is buffered ahead of the playhead; 0 without a media element. */
export function secondsBuffered(media: HTMLMediaElement | null): number {
  if (!media) return 0;
  const { currentTime } = media;
  const end = bufferedEnd(media, (rangeEnd) => rangeEnd >= currentTime);
  return end === null ? 0 : end - currentTime;
}

/**
 * The playhead in the video's own time; null while the element waits for data. `buffered` alone can't tell: after a
 * few stalls Chrome waits until it has up to three seconds of audio.
 */
export function playheadOf(media: HTMLMediaElement | null): number | null {
  if (!media || media.readyState < HAVE_FUTURE_DATA) return null;
  const { currentTime } = media;
  const end = bufferedEnd(media, (rangeEnd) => rangeEnd > currentTime + GAP_SECONDS);
  return end === null ? null : currentTime;
}

/** The end of the first buffered range that begins at the playhead or before it, and reaches far enough. */
function bufferedEnd(
  { buffered, currentTime }: HTMLMediaElement,
  isEnough: (rangeEnd: number) => boolean,
): number | null {
  for (let range = 0; range < buffered.length; range += 1) {
    const end = buffered.end(range);
    if (buffered.start(range) <= currentTime + GAP_SECONDS && isEnough(end)) return end;
  }
  return null;
}
