// Counts what really moves over a page's lines, from the browser's own books and not from the player's.
const connections = [];
const Native = window.RTCPeerConnection;
if (Native) {
  window.RTCPeerConnection = class extends Native {
    constructor(...settings) {
      super(...settings);
      connections.push(this);
    }
  };
}
performance.setResourceTimingBufferSize(10_000);

window.traffic = async () => {
  const traffic = { fromPeers: 0, toPeers: 0, fromCdn: 0 };
  for (const connection of connections) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== "data-channel") continue;
      traffic.fromPeers += report.bytesReceived;
      traffic.toPeers += report.bytesSent;
    }
  }
  for (const { name, decodedBodySize } of performance.getEntriesByType("resource")) {
    if (new URL(name).pathname.startsWith("/out/")) traffic.fromCdn += decodedBodySize;
  }
  return traffic;
};

window.policyViolations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
  window.policyViolations.push(`${violatedDirective}: ${blockedURI} in ${sourceFile}`),
);
