/** Tunnels a viewer's WebSocket to its origin: the handshake with CloudFront's headers, then every byte unchanged. */

import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** CloudFront drops a WebSocket on which it has sent the viewer nothing for this long. */
const IDLE_SECONDS = 10 * 60;

/**
 * Opens a connection to the origin at `address` (host and port), sends the viewer's handshake and everything after it,
 * and returns the answer. When one side ends, the other does too. An unreachable origin is a 502.
 */
export function tunnel(
  path: string,
  viewer: Duplex,
  head: Buffer,
  address: string,
  headers: Readonly<Record<string, string>>,
  idleSeconds = IDLE_SECONDS,
): void {
  const { hostname, port } = new URL(`http://${address}`);
  const origin = connect(Number(port), hostname);
  const lines = Object.entries({ Host: address, ...headers, Connection: "Upgrade", Upgrade: "websocket" });
  origin.once("connect", () => {
    origin.write(
      `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
    );
    origin.write(head);
    viewer.pipe(origin);
    origin.pipe(viewer);
  });
  const idle = setTimeout(() => viewer.destroy(), idleSeconds * 1000);
  origin.on("data", () => idle.refresh());
  origin.once("close", () => clearTimeout(idle));
  origin.once("error", () => {
    if (origin.bytesRead === 0 && viewer.writable)
      viewer.end("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n");
  });
  viewer.on("error", () => origin.destroy());
  viewer.once("close", () => origin.destroy());
  origin.once("close", () => viewer.end());
}
