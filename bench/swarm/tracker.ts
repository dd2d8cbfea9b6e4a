/** The tracker that measured viewers meet at. */

import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What is used of bittorrent-tracker's server, which brings no types. */
interface TrackerServer {
  http: HttpServer;
  listen(port: number, host: string, onListening: () => void): void;
  close(onClosed: () => void): void;
}

export interface BenchTracker {
  address: string;
  stop(): Promise<void>;
}

export async function startBenchTracker(): Promise<BenchTracker> {
  // By name at run time, since the compiler asks for types that the package hasn't got.
  const name = "bittorrent-tracker/server";
  const { default: Server } = (await import(name)) as { default: new (options: object) => TrackerServer };
  const server = new Server({ udp: false, http: true, ws: true, stats: false, interval: 10_000 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `ws://127.0.0.1:${(server.http.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
