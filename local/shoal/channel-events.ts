/** Sends what MediaLive tells EventBridge of its channel: its states, and who waits for a publisher. */

import type { EventBridge } from "../eventbridge.ts";
import type { Channel } from "../medialive/channel.ts";

/** MediaLive's events have another word for a channel that isn't on the air. */
const STATES = { IDLE: "STOPPED", STARTING: "STARTING", RUNNING: "RUNNING", STOPPING: "STOPPING" } as const;

/** From now on. A test card is a picture: with it, nobody waits. */
export function tellEventBridge(channel: Channel, channelArn: string, events: EventBridge): void {
  const pipelines = channel.backupIngestPort === null ? ["0"] : ["0", "1"];
  let isMissing: boolean | undefined;
  const tell = (type: string, detail: object): void => {
    void events.put({
      source: "aws.medialive",
      "detail-type": `MediaLive Channel ${type}`,
      time: new Date().toISOString(),
      resources: [channelArn],
      detail: { channel_arn: channelArn, ...detail },
    });
  };
  const tellInput = (): void => {
    const isNow = channel.onAir.source === "nothing";
    if (isNow === isMissing) return;
    isMissing = isNow;
    for (const pipeline of pipelines) {
      tell("Alert", {
        alarm_state: isNow ? "SET" : "CLEARED",
        alert_type: "RTMP Has No Audio/Video",
        message: "Waiting for RTMP input",
        pipeline,
      });
    }
  };
  channel.on("state", (state) => {
    const isRunning = state === "RUNNING";
    // Alerts are of a channel that runs.
    isMissing = undefined;
    if (isRunning) tellInput();
    tell("State Change", {
      state: STATES[state],
      pipelines_running_count: isRunning ? pipelines.length : 0,
    });
  });
  channel.on("onAir", () => {
    if (channel.state === "RUNNING") tellInput();
  });
}
