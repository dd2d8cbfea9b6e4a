/** The encoder's process: FFmpeg's native code runs here, so that it can't block or crash the rest. */

import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import { layTimeline } from "../timeline.ts";
import { broadcast } from "./broadcast.ts";
import { Clock } from "./clock.ts";
import type { FromEncoder, PublisherMessage, StartEncoder, ToEncoder } from "./messages.ts";
import { SourceSelector } from "./source-selector.ts";
import { thumbnailOf } from "./thumbnail.ts";

let take: (message: PublisherMessage) => void = () => {};
let isThumbnailWanted = false;

// Ends with its parent. Ctrl-C reaches this process too, but the parent decides when it ends.
process.on("disconnect", end);
// The parent may have ended while the imports above were loading, before anything listened.
if (!process.connected) end();
process.on("SIGINT", () => {});
Log.setLevel(AV_LOG_ERROR);

process.on("message", (message: ToEncoder) => {
  if (message.type === "start") void start(message);
  else if (message.type === "thumbnail") isThumbnailWanted = true;
  else take(message);
});

async function start({ settings, segmentSeconds, testCard, fromSegment }: StartEncoder): Promise<void> {
  const clock = new Clock();
  const selector = new SourceSelector(
    settings,
    clock,
    testCard,
    (onAir) => send({ type: "onAir", onAir }),
    (reason) => send({ type: "undecodable", reason }),
    (level) => send({ type: "level", level }),
  );
  take = (message) => selector.take(message);
  await broadcast({
    settings,
    timeline: layTimeline(settings, segmentSeconds),
    clock,
    fromSegment,
    source: () => selector.current(),
    onImage: async (image) => {
      if (!isThumbnailWanted) return;
      isThumbnailWanted = false;
      send({ type: "thumbnail", jpeg: await thumbnailOf(image) });
    },
    onInit: (initSegments) => send({ type: "init", initSegments }),
    onSegment: (segment) => send({ type: "segment", segment }),
  });
}

/** Ends the process at once, as `process.exit` waits for native code, for ever if an encoder is being opened. */
function end(): void {
  process.kill(process.pid, "SIGKILL");
}

function send(message: FromEncoder): void {
  process.send?.(message);
}
