// The encoder's process: FFmpeg's native code runs here, so that it can neither delay nor crash the rest.

import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import { layTimeline } from "../timeline.ts";
import { broadcast } from "./broadcast.ts";
import { Clock } from "./clock.ts";
import type { FromEncoder, PublisherMessage, StartEncoder, ToEncoder } from "./messages.ts";
import { Programme } from "./programme.ts";

let take: (message: PublisherMessage) => void = () => {};

// Without the channel there is nobody to encode for; Ctrl-C reaches this process too, but ending is the channel's call.
process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {});
Log.setLevel(AV_LOG_ERROR);

process.on("message", (message: ToEncoder) => {
  if (message.type === "start") void start(message);
  else take(message);
});

async function start({ settings, segmentSeconds, testCard, fromSegment }: StartEncoder): Promise<void> {
  const clock = new Clock();
  const programme = new Programme(
    settings,
    clock,
    testCard,
    (onAir) => send({ type: "onAir", onAir }),
    (reason) => send({ type: "undecodable", reason }),
  );
  take = (message) => programme.take(message);
  await broadcast({
    settings,
    timeline: layTimeline(settings, segmentSeconds),
    clock,
    fromSegment,
    source: () => programme.current(),
    onInit: (initSegments) => send({ type: "init", initSegments }),
    onSegment: (segment) => send({ type: "segment", segment }),
  });
}

function send(message: FromEncoder): void {
  process.send?.(message);
}
