// Says in words what runs, where to find it, what is on the air and how many watch.

import type { OnAir } from "../medialive/channel.ts";

/** What a person wants to see of a running Shoal. */
export interface Status {
  /** Where the player is: on this machine first, then as others in the network reach it. */
  readonly playerUrls: readonly string[];
  readonly rtmp: { readonly server: string; readonly streamKey: string };
  readonly onAir: OnAir;
  /** Viewers connected to the tracker. */
  readonly viewers: number;
}

/** The part that doesn't change while it runs. */
export function placeLines({ playerUrls: [here, ...elsewhere], rtmp }: Status): string[] {
  return [
    `Watch        ${here}`,
    ...elsewhere.map((url, index) => `${index === 0 ? "On a phone  " : "            "} ${url}`),
    "In OBS       Settings, Stream, Service: Custom...",
    `  Server     ${rtmp.server}`,
    `  Stream Key ${rtmp.streamKey}`,
  ];
}

/** The part that does. */
export function liveLines({ onAir, viewers }: Status): string[] {
  return [`On the air   ${onAirText(onAir)}`, `Viewers      ${viewersText(viewers)}`];
}

/** What of the status has news in it, for those who read line by line. A bit rate that varies is no news. */
export function newsLines(before: Status | undefined, now: Status): string[] {
  if (!before) return [...placeLines(now), ...liveLines(now)];
  const steady = (status: Status): string => onAirText({ ...status.onAir, bitsPerSecond: 0 });
  const [onAirLine = "", viewersLine = ""] = liveLines(now);
  return [
    ...(steady(before) === steady(now) ? [] : [onAirLine]),
    ...(before.viewers === now.viewers ? [] : [viewersLine]),
  ];
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
