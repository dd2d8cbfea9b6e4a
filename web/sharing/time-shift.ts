/** Tells whether the viewer is behind live on purpose: went back, or paused. Falling behind is no purpose. */

/** A seek by less than this is the player's own, over a gap or to nudge the decoder. */
const LEAST_SECONDS = 1;

export interface TimeShiftWatch {
  /** Looks now whether the viewer went back: the browser tells of it some milliseconds after it has happened. */
  look(): void;
  stop(): void;
}

/** Calls back on every change; going forward ends it when it ends near the buffer's front or beyond. */
export function watchTimeShift(
  media: HTMLMediaElement,
  isShiftedAlready: boolean,
  onChange: (isShifted: boolean) => void,
): TimeShiftWatch {
  const listening = new AbortController();
  const { signal } = listening;
  let isShifted = isShiftedAlready;
  let position = media.currentTime;
  let furthest = position;
  const settle = (now: boolean) => {
    if (signal.aborted || now === isShifted) return;
    isShifted = now;
    onChange(now);
  };
  const look = () => {
    if (media.currentTime < position - LEAST_SECONDS) settle(true);
  };
  const follow = () => {
    look();
    if (media.currentTime > position + LEAST_SECONDS && media.currentTime >= furthest) settle(false);
    position = media.currentTime;
  };
  media.addEventListener(
    "timeupdate",
    () => {
      look();
      if (media.seeking) return;
      position = media.currentTime;
      furthest = Math.max(furthest, position);
    },
    { signal },
  );
  media.addEventListener("seeking", follow, { signal });
  media.addEventListener("pause", () => settle(!media.ended), { signal });
  return { look, stop: () => listening.abort() };
}
