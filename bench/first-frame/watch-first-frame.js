// Runs before a page's own scripts: notes, in milliseconds since the navigation began, when its player has the video
// element, when the first media are appended, and when the first frame is shown.

const marks = {};
const note = (name) => {
  marks[name] ??= performance.now();
};

globalThis.readTimeline = () => ({
  marks,
  html: performance.getEntriesByType("navigation")[0].responseEnd,
  requests: performance
    .getEntriesByType("resource")
    .map(({ name, startTime, responseEnd, transferSize }) => ({
      name,
      startTime,
      responseEnd,
      transferSize,
    })),
});

// A media element's events stay inside its shadow root.
const watch = (root) =>
  root.addEventListener(
    "loadstart",
    ({ target }) => target.requestVideoFrameCallback(() => note("first frame")),
    { capture: true, once: true },
  );

watch(document);
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (init) {
  const root = attachShadow.call(this, init);
  watch(root);
  return root;
};

const { createObjectURL } = URL;
URL.createObjectURL = (object) => {
  if (object instanceof MediaSource) note("player");
  return createObjectURL.call(URL, object);
};

const { appendBuffer } = SourceBuffer.prototype;
SourceBuffer.prototype.appendBuffer = function (data) {
  note("append");
  appendBuffer.call(this, data);
};
