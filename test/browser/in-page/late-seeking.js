// Dispatches "seeking" three seconds late. A busy browser does so some milliseconds late.

const { addEventListener } = HTMLMediaElement.prototype;

HTMLMediaElement.prototype.addEventListener = function (type, listener, options) {
  const later = (event) => setTimeout(() => listener.call(this, event), 3_000);
  addEventListener.call(this, type, type === "seeking" ? later : listener, options);
};
