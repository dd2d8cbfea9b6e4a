// Runs before a page's own scripts: notes when its video first shows a frame, and for how long none was shown after that.

const FREEZE_MS = 500;
const seen = { firstFrameAt: null, lastFrameAt: null, freezes: [] };

// A media element's events stay inside its shadow root.
const watch = (root) =>
  root.addEventListener("loadstart", ({ target }) => target.requestVideoFrameCallback?.(follow(target)), {
    capture: true,
    once: true,
  });

const follow = (video) => (now) => {
  seen.firstFrameAt ??= now;
  const gap = now - (seen.lastFrameAt ?? now);
  if (gap > FREEZE_MS) seen.freezes.push(gap / 1000);
  seen.lastFrameAt = now;
  video.requestVideoFrameCallback(follow(video));
};

watch(document);
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (init) {
  const root = attachShadow.call(this, init);
  watch(root);
  return root;
};

/** In seconds since the navigation began. A freeze that still lasts counts. */
globalThis.framesSeen = () => {
  const { firstFrameAt, lastFrameAt, freezes } = seen;
  const now = performance.now();
  if (firstFrameAt === null) return { startSeconds: null, watchedSeconds: 0, freezeSeconds: [] };
  const lasting = now - lastFrameAt > FREEZE_MS ? [(now - lastFrameAt) / 1000] : [];
  return {
    startSeconds: firstFrameAt / 1000,
    watchedSeconds: (now - firstFrameAt) / 1000,
    freezeSeconds: [...freezes, ...lasting],
  };
};
