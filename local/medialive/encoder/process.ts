// The encoder's process: FFmpeg's native code runs here, so that it can neither delay nor crash the rest.

import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import { layTimeline } from "../timeline.ts";
import { broadcast } from "./broadcast.ts";
import type { FromEncoder, ToEncoder } from "./messages.ts";
import { TestCardSource } from "./source.ts";

const send = (message: FromEncoder) => process.send?.(message);

// Without the channel there is nobody to encode for; Ctrl-C reaches this process too, but ending is the channel's call.
process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {});

process.on("message", (message: ToEncoder) => {
  if (message.type === "start") void start(message);
});

Log.setLevel(AV_LOG_ERROR);

async function start({ settings, segmentSeconds, testCard, fromSegment }: ToEncoder): Promise<void> {
  const [top] = settings.video;
  const card = testCard ? new TestCardSource(top.width, top.height, settings.audio.sampleRate) : null;
  await broadcast({
    settings,
    timeline: layTimeline(settings, segmentSeconds),
    fromSegment,
    source: () => card,
    onInit: (initSegments) => send({ type: "init", initSegments }),
    onSegment: (segment) => send({ type: "segment", segment }),
  });
}
