// Runs before a page's own scripts: counts by the video's own events and frames what its viewer has, and keeps it when the
// page is left, before the player's reporter hears of that.

/** A picture that stands for so long may be a freeze, and one that stands for longer than the second surely is. */
const POSSIBLE_FREEZE_MS = 250;
const CERTAIN_FREEZE_MS = 500;

const seen = {
  beganAt: null,
  firstFrameMs: null,
  possibleFreezes: 0,
  certainFreezes: 0,
  stalls: 0,
  stalledMs: 0,
};
let player = null;
let lastFrameAt = null;
let stalledSince = null;
let watchedMs = 0;
let watchingSince = null;

/** The page calls this right before it makes its player. */
globalThis.playerBegins = () => {
  seen.beganAt = Date.now();
  seen.clock = performance.now();
};

/** Called with the player that it made. */
globalThis.playerIs = (made) => {
  player = made;
  const { video } = made;
  const follow = (now) => {
    seen.firstFrameMs ??= performance.now() - seen.clock;
    watch();
    const gap = now - (lastFrameAt ?? now);
    if (gap >= POSSIBLE_FREEZE_MS) seen.possibleFreezes += 1;
    if (gap >= CERTAIN_FREEZE_MS) seen.certainFreezes += 1;
    lastFrameAt = now;
    video.requestVideoFrameCallback(follow);
  };
  video.requestVideoFrameCallback(follow);
  video.addEventListener("waiting", () => {
    if (seen.firstFrameMs === null || video.seeking || video.paused || stalledSince !== null) return;
    stalledSince = performance.now();
    seen.stalls += 1;
  });
  for (const event of ["playing", "seeking", "pause", "ended"]) video.addEventListener(event, endStall);
  for (const event of ["play", "pause", "seeking", "seeked", "ended"]) video.addEventListener(event, watch);
};

/** Playing, or waiting for data; neither paused nor on the way to another place. */
function watch() {
  const { paused, seeking, ended } = player.video;
  const now = performance.now();
  if (watchingSince !== null) watchedMs += now - watchingSince;
  watchingSince = seen.firstFrameMs === null || paused || seeking || ended ? null : now;
}

function endStall() {
  if (stalledSince !== null) seen.stalledMs += performance.now() - stalledSince;
  stalledSince = null;
}

addEventListener("pagehide", () => {
  if (player === null) return;
  const { bytesFromPeers, bytesToPeers, bytesFromCdn, delaySeconds } = player.stats;
  const leftAt = Date.now();
  endStall();
  watch();
  const truth = { ...seen, leftAt, watchedMs, bytesFromPeers, bytesToPeers, bytesFromCdn, delaySeconds };
  localStorage.setItem("truth", JSON.stringify(truth));
});
