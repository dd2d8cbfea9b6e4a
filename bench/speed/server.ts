/** Runs one of the two trackers in a process of its own; reports its port, and its processor time when asked. */

import { Server } from "bittorrent-tracker";
import { startTracker } from "../../local/tracker.ts";

/** What a server process reports to its parent. */
export type Report = { readonly port: number } | { readonly cpuMicroseconds: number };

const STARTS: Readonly<Record<string, () => Promise<number>>> = {
  shoal: async () => (await startTracker({ host: "127.0.0.1", port: 0 })).port,
  "bittorrent-tracker": () => {
    const server = new Server({ udp: false, http: false, ws: true, stats: false });
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve(server.ws.address().port));
    });
  },
};

const start = STARTS[process.argv[2] ?? ""];
if (!start) throw new Error(`which tracker? ${Object.keys(STARTS).join(" or ")}`);
send({ port: await start() });
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  send({ cpuMicroseconds: user + system });
});

function send(report: Report): void {
  process.send?.(report);
}
