/** The status as lines of text: where the player and OBS's address are, what is on the air, and how many watch. */

import type { ChannelState, OnAir } from "../medialive/channel.ts";
import type { ObsSettings } from "../shoal/way-in.ts";

/** What the terminal shows of a running Shoal. */
export interface Status {
  /** The player's addresses: on this machine first, then in its networks. */
  readonly playerUrls: readonly string[];
  readonly obs: ObsSettings;
  /** Null when Shoal runs without a channel. */
  readonly channelState: ChannelState | null;
  readonly onAir: OnAir;
  /** Viewers connected to the tracker. */
  readonly viewers: number;
}

/** The lines that don't change while it runs. */
export function addressLines({ playerUrls: [here, ...elsewhere], obs }: Status): string[] {
  return [
    `Watch        ${here}`,
    ...elsewhere.map((url, index) => `${index === 0 ? "On a phone  " : "            "} ${url}`),
    "In OBS       Settings, Stream, Service: Custom...",
    `  Server     ${obs.server}`,
    ...(obs.backupServer === null ? [] : [`  Second OBS ${obs.backupServer}`]),
    `  Stream Key ${obs.streamKey ?? "stays empty"}`,
  ];
}

/** The lines that do. */
export function liveLines(status: Status): string[] {
  return [`On the air   ${channelText(status)}`, `Viewers      ${viewersText(status.viewers)}`];
}

/** The lines that changed, for output that is read line by line. A change of the bit rate alone is left out. */
export function newsLines(before: Status | undefined, now: Status): string[] {
  if (!before) return [...addressLines(now), ...liveLines(now)];
  const steady = (status: Status): string =>
    channelText({ ...status, onAir: { ...status.onAir, bitsPerSecond: 0 } });
  const [onAirLine = "", viewersLine = ""] = liveLines(now);
  return [
    ...(steady(before) === steady(now) ? [] : [onAirLine]),
    ...(before.viewers === now.viewers ? [] : [viewersLine]),
  ];
}

function channelText({ channelState, onAir }: Status): string {
  if (channelState === "IDLE") return "nothing, the channel is stopped: npm run live -- start --local";
  if (channelState === "STOPPING") return "nothing, the channel is stopping";
  return onAirText(onAir);
}

export function onAirText({ source, address, video, audio, bitsPerSecond }: OnAir): string {
  if (source === "nothing") return "nothing yet";
  const picture = video ? `${video.width}×${video.height}` : "no picture";
  const rate = bitsPerSecond > 0 ? `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s` : undefined;
  const who = source === "publisher" ? `publisher${address ? ` at ${address}` : ""}` : source;
  return [who, picture, ...(audio ? [] : ["no sound"]), ...(rate ? [rate] : [])].join(", ");
}

function viewersText(viewers: number): string {
  if (viewers === 0) return "none in the swarm";
  return `${viewers} in the swarm`;
}
