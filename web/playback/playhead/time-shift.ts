/** Tells whether the viewer is behind live on purpose, by a rewind or a pause, and not by falling behind. */

/** Shorter seeks are the player's own, over a gap or to nudge the decoder. */
const LEAST_SECONDS = 1;

export interface TimeShiftWatch {
  /** Checks for a rewind now: the browser reports a seek some milliseconds after it has happened. */
  look(): void;
  stop(): void;
}

/** Calls back on every change. A seek forward ends the time shift if it reaches the furthest position played. */
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
