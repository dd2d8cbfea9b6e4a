import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ChannelEvent } from "../broadcast.ts";
import { eventTold } from "./told.ts";

const eventOf = (name: string): ChannelEvent =>
  JSON.parse(readFileSync(new URL(`../../../events/channel/${name}.json`, import.meta.url), "utf8"));
const state = (name: string): ChannelEvent => {
  const event = eventOf("state-change");
  return { ...event, detail: { ...event.detail, state: name } };
};
const alert = (changes: object): ChannelEvent => {
  const event = eventOf("alert");
  return { ...event, detail: { ...event.detail, ...changes } };
};

test("a show's states are told", () => {
  expect(eventTold(state("STARTING"))).toEqual({
    at: Date.parse("2026-11-20T20:00:00Z"),
    kind: "starting",
    severity: "info",
    text: "The channel starts.",
  });
  expect(["RUNNING", "STOPPED", "STOPPING", "DELETED"].map((name) => eventTold(state(name))?.kind)).toEqual([
    "running",
    "stopped",
    undefined,
    undefined,
  ]);
});

test("that no publisher is there, and that one is", () => {
  expect(eventTold(alert({}))).toMatchObject({
    kind: "alert RTMP Has No Audio/Video 0",
    severity: "warning",
    text: "No publisher is there, or none with a picture.",
  });
  expect(eventTold(alert({ alarm_state: "CLEARED" }))).toMatchObject({
    kind: "alert-over RTMP Has No Audio/Video 0",
    severity: "info",
    text: "A publisher is there.",
  });
});

test("other alerts are told in MediaLive's words", () => {
  const other = { alert_type: "Audio Not Detected", message: "No audio" };
  expect(eventTold(alert(other))).toMatchObject({
    severity: "warning",
    text: "MediaLive warns: Audio Not Detected. No audio",
  });
  expect(eventTold(alert({ ...other, alarm_state: "CLEARED" }))).toMatchObject({
    severity: "info",
    text: "MediaLive warns no more: Audio Not Detected. No audio",
  });
});
