/** What MediaLive would warn of, of what happens here. The rest of its list no channel on one machine can bring about. */

import type { OnAir } from "./channel.ts";

interface Alert {
  readonly type: string;
  readonly message: string;
}

/** Of a channel that runs. `isOutputFailing` says whether the packager lately failed to take a segment. */
export function alertsOn({ source, audio }: OnAir, isOutputFailing: boolean): readonly Alert[] {
  return [
    ...(source === "nothing" ? [{ type: "RTMP Has No Audio/Video", message: "Waiting for RTMP input" }] : []),
    ...(source === "publisher" && audio === null
      ? [{ type: "Audio Not Detected", message: "No audio in the input" }]
      : []),
    ...(isOutputFailing
      ? [{ type: "Failed HTTP Post Output Request", message: "A segment couldn't be written" }]
      : []),
  ];
}
