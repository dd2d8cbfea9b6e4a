// One of the two trackers in a process of its own: prints its port, and its processor time when asked.

import { Server } from "bittorrent-tracker";
import { startTracker } from "../../local/tracker.ts";

/** What a server process tells its parent. */
export type Told = { readonly port: number } | { readonly cpuMicroseconds: number };

const starts: Readonly<Record<string, () => Promise<number>>> = {
  shoal: async () => (await startTracker({ host: "127.0.0.1", port: 0 })).port,
  "bittorrent-tracker": () => {
    const server = new Server({ udp: false, http: false, ws: true, stats: false });
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve(server.ws.address().port));
    });
  },
};

const start = starts[process.argv[2] ?? ""];
if (!start) throw new Error(`which tracker? ${Object.keys(starts).join(" or ")}`);
tell({ port: await start() });
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  tell({ cpuMicroseconds: user + system });
});

function tell(told: Told): void {
  process.send?.(told);
}
