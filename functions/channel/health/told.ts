/** What MediaLive's own events mean for a show's timeline, in words. */

import type { ShowEvent } from "../../record/show.ts";
import { type ChannelEvent, INPUT_ALERTS } from "../broadcast.ts";

const STATES: Readonly<Record<string, Pick<ShowEvent, "kind" | "text">>> = {
  STARTING: { kind: "starting", text: "The channel starts." },
  RUNNING: { kind: "running", text: "The channel is on the air." },
  STOPPED: { kind: "stopped", text: "The channel is off the air." },
};

/** Null for what nobody has to know. */
export function eventTold({ "detail-type": type, time, detail }: ChannelEvent): ShowEvent | null {
  const at = Date.parse(time);
  if (type === "MediaLive Channel Alert") return { at, ...alertIn(detail) };
  const state = STATES[String(detail["state"])];
  return state ? { at, severity: "info", ...state } : null;
}

function alertIn(detail: ChannelEvent["detail"]): Omit<ShowEvent, "at"> {
  const [type, pipeline] = [String(detail["alert_type"]), String(detail["pipeline"])];
  const isSet = detail["alarm_state"] === "SET";
  const kind = `${isSet ? "alert" : "alert-over"} ${type} ${pipeline}`;
  if (INPUT_ALERTS.includes(type)) {
    const text = isSet ? "No publisher is there, or none with a picture." : "A publisher is there.";
    return { kind, severity: isSet ? "warning" : "info", text };
  }
  const text = `${isSet ? "MediaLive warns" : "MediaLive warns no more"}: ${type}. ${String(detail["message"])}`;
  return { kind, severity: isSet ? "warning" : "info", text };
}
