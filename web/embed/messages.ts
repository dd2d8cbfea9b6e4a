/** What a frame and the page around it say to each other (docs/embed.md), and how commands are carried out. */

import type { Player, PlayerEvents } from "../module/create-player.ts";
import type { SharingMode } from "../sharing/session.ts";

/** Marks our messages among those of other scripts, and their version. */
const MARK = "shoal-1";

type Command =
  | { command: "play" | "pause" | "seekToLive" }
  | { command: "seekBehindLive"; value: number }
  | { command: "setMuted"; value: boolean }
  | { command: "setSharing"; value: SharingMode };

/** Told to the embedding page; the rest of the player's events are its own business. */
export const TOLD = ["play", "pause", "figures", "quality", "live", "mode", "trouble", "firstFrame"] as const;

type ToldEvent = (typeof TOLD)[number] | "ready";

interface EventMessage {
  shoal: typeof MARK;
  event: ToldEvent;
  value: unknown;
}

export function eventMessage(event: ToldEvent, value: PlayerEvents[keyof PlayerEvents]): EventMessage {
  return { shoal: MARK, event, value };
}

const CHECKS: Readonly<Record<Command["command"], (value: unknown) => boolean>> = {
  play: () => true,
  pause: () => true,
  seekToLive: () => true,
  seekBehindLive: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
  setMuted: (value) => typeof value === "boolean",
  setSharing: (value) => value === "on" || value === "leech" || value === "off",
};

/** The command in a message's data; null for anything else, which other scripts may well send. */
export function readCommand(data: unknown): Command | null {
  if (typeof data !== "object" || data === null) return null;
  const { shoal, command, value } = data as Record<string, unknown>;
  if (shoal !== MARK || typeof command !== "string" || !Object.hasOwn(CHECKS, command)) return null;
  return CHECKS[command as Command["command"]](value) ? ({ command, value } as Command) : null;
}

export function perform(command: Command, player: Player): void {
  switch (command.command) {
    case "play":
      // Refused when nobody has touched the page; the frame's own play button shows it.
      player.play().catch(() => {});
      break;
    case "pause":
      player.pause();
      break;
    case "seekToLive":
      player.seekToLive();
      break;
    case "seekBehindLive":
      player.seekBehindLive(command.value);
      break;
    case "setMuted":
      player.video.muted = command.value;
      break;
    case "setSharing":
      player.sharing = command.value;
      break;
  }
}
