// Runs in a page before its own scripts: counts open sockets, connections, timers and listeners, so that a test sees what a
// destroyed player leaves behind.
const sockets = new Set();
const connections = new Set();
const timers = new Set();
let listeners = 0;

window.WebSocket = class extends WebSocket {
  constructor(...parameters) {
    super(...parameters);
    sockets.add(this);
  }
};

window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...parameters) {
    super(...parameters);
    connections.add(this);
  }
};

const { setTimeout: later, clearTimeout: notLater, setInterval: every, clearInterval: noMore } = window;
window.setTimeout = (run, ...rest) => {
  const timer = later(
    () => {
      timers.delete(timer);
      run();
    },
    ...rest,
  );
  timers.add(timer);
  return timer;
};
window.setInterval = (...parameters) => {
  const timer = every(...parameters);
  timers.add(timer);
  return timer;
};
window.clearTimeout = window.clearInterval = (timer) => {
  timers.delete(timer);
  notLater(timer);
  noMore(timer);
};

// Only listeners on objects that outlive a player. Those on its own elements disappear with them.
for (const target of [window, document, navigator.connection].filter(Boolean)) {
  const { addEventListener, removeEventListener } = target;
  const kept = new Set();
  const keys = new WeakMap();
  const keyOf = (type, listener) => {
    if (!keys.has(listener)) keys.set(listener, Math.random());
    return `${type} ${keys.get(listener)}`;
  };
  const drop = (key) => {
    if (kept.delete(key)) listeners -= 1;
  };
  target.addEventListener = (type, listener, options) => {
    if (listener) {
      const key = keyOf(type, listener);
      if (!kept.has(key)) listeners += 1;
      kept.add(key);
      options?.signal?.addEventListener("abort", () => drop(key));
    }
    return addEventListener.call(target, type, listener, options);
  };
  target.removeEventListener = (type, listener, options) => {
    if (listener) drop(keyOf(type, listener));
    return removeEventListener.call(target, type, listener, options);
  };
}

window.leftovers = () => ({
  sockets: [...sockets].filter(({ readyState }) => readyState < WebSocket.CLOSING).length,
  connections: [...connections].filter(({ connectionState }) => connectionState !== "closed").length,
  timers: timers.size,
  listeners,
});
