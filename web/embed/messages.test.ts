import { expect, test } from "vitest";
import { eventMessage, readCommand } from "./messages.ts";

test.each([
  [{ shoal: "shoal-1", command: "play" }, { command: "play" }],
  [
    { shoal: "shoal-1", command: "seekBehindLive", value: 20 },
    { command: "seekBehindLive", value: 20 },
  ],
  [
    { shoal: "shoal-1", command: "setSharing", value: "leech" },
    { command: "setSharing", value: "leech" },
  ],
])("%j is a command", (data, command) => {
  expect(readCommand(data)).toEqual(command);
});

test.each([
  null,
  "play",
  { command: "play" },
  { shoal: "shoal-2", command: "play" },
  { shoal: "shoal-1", command: "destroy" },
  { shoal: "shoal-1", command: "toString" },
  { shoal: "shoal-1", command: "seekBehindLive", value: "20" },
  { shoal: "shoal-1", command: "seekBehindLive", value: -1 },
  { shoal: "shoal-1", command: "setSharing", value: "everything" },
  { shoal: "shoal-1", command: "setMuted", value: 1 },
])("%j is none, and changes nothing", (data) => {
  expect(readCommand(data)).toBeNull();
});

test("an event carries the mark that tells it from other scripts' messages", () => {
  expect(eventMessage("live", true)).toEqual({ shoal: "shoal-1", event: "live", value: true });
});
