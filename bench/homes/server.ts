/** The internet of the lab, a process in its namespace: the local stack with the film on the air, CDN and STUN. */

import { dirname, join } from "node:path";
import { startShoal } from "../../local/shoal.ts";
import { putOnAir } from "../swarm/film-on-air.ts";
import { buildViewerPages } from "../viewer-pages.ts";
import { startCdn } from "./cdn.ts";
import { CDN_PORT, type Order, type Programme, type ServerMessage, STUN_PORT } from "./server-messages.ts";
import { startStun } from "./stun.ts";

process.on("disconnect", () => process.exit());
// Ctrl-C reaches every process of the terminal; the one that started this one ends it.
process.on("SIGINT", () => {});

// The first order says what to play.
process.once("message", (programme: Programme) => void serve(programme));

async function serve({ film, shape, mediaFolder }: Programme): Promise<void> {
  const shoal = await startShoal({
    host: "0.0.0.0",
    port: 0,
    streamKey: "bench",
    withChannel: false,
    isOpenTracker: true,
    // All share, as what is measured of them says.
    parameters: { SharingControl: "0" },
    mediaFolder,
  });
  await putOnAir(film, join(mediaFolder, dirname(shoal.hlsPath)), shape);
  const cdn = await startCdn(
    shoal.ticketedUrl,
    await buildViewerPages(join(import.meta.dirname, "page")),
    CDN_PORT,
  );
  await startStun(STUN_PORT);
  process.on("message", (order: Order) => {
    if (order.does === "fail-cdn") cdn.fail(true);
    else if (order.does === "restore-cdn") cdn.fail(false);
    else if (order.does === "fail-tracker") void shoal.faults.tracker.begin();
    else tell({ says: "fetched", fetched: [...cdn.fetched], listedAt: [...cdn.listedAt] });
  });
  const { port, pathname } = new URL(shoal.trackerUrl);
  tell({ says: "ready", hlsPath: shoal.hlsPath, trackerPort: Number(port), trackerPath: pathname });
}

function tell(message: ServerMessage): void {
  process.send?.(message);
}
