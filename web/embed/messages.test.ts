import { expect, test, vi } from "vitest";
import type { Player } from "../ui/player.ts";
import { eventMessage, perform, readCommand } from "./messages.ts";

test.each([
  [{ shoal: "shoal-1", command: "play" }, { command: "play" }],
  [{ shoal: "shoal-1", command: "pause" }, { command: "pause" }],
  [{ shoal: "shoal-1", command: "seekToLive" }, { command: "seekToLive" }],
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
])("%j isn't a command", (data) => {
  expect(readCommand(data)).toBeNull();
});

test("an event carries the mark that other scripts' messages don't have", () => {
  expect(eventMessage("live", true)).toEqual({ shoal: "shoal-1", event: "live", value: true });
});

function fakePlayer() {
  return {
    video: { muted: true },
    sharing: "on",
    play: vi.fn(() => Promise.resolve()),
    pause: vi.fn(),
    seekToLive: vi.fn(),
    seekBehindLive: vi.fn(),
  };
}

const performOn = (player: object, command: Parameters<typeof perform>[0]) =>
  perform(command, player as unknown as Player);

test.each(["play", "pause", "seekToLive"] as const)("%s does the same as the player's method", (command) => {
  const player = fakePlayer();
  performOn(player, { command });
  expect(player[command]).toHaveBeenCalledOnce();
});

test("seekBehindLive passes the seconds on", () => {
  const player = fakePlayer();
  performOn(player, { command: "seekBehindLive", value: 20 });
  expect(player.seekBehindLive).toHaveBeenCalledWith(20);
});

test("setMuted and setSharing set the player's properties", () => {
  const player = fakePlayer();
  performOn(player, { command: "setMuted", value: false });
  performOn(player, { command: "setSharing", value: "off" });
  expect([player.video.muted, player.sharing]).toEqual([false, "off"]);
});

test("a refused play isn't an error", async () => {
  const refused = Promise.reject(new DOMException("", "NotAllowedError"));
  performOn({ ...fakePlayer(), play: () => refused }, { command: "play" });
  await expect(refused).rejects.toThrow();
});
