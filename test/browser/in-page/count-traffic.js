// Counts a page's traffic by the browser's own statistics, independently of the player's.
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
window.connectionsMade = () => connections.length;
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
    if (new URL(name).pathname.includes("/out/")) traffic.fromCdn += decodedBodySize;
  }
  return traffic;
};

/** Messages that each open channel of this label has received. */
window.messagesBy = async (label) => {
  const stats = await Promise.all(connections.map((connection) => connection.getStats()));
  return stats
    .flatMap((reports) => [...reports.values()])
    .filter((report) => report.type === "data-channel" && report.label === label && report.state === "open")
    .map(({ messagesReceived }) => messagesReceived);
};

window.policyViolations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
  window.policyViolations.push(`${violatedDirective}: ${blockedURI} in ${sourceFile}`),
);
