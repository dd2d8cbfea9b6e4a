/** The messages between the frame and the embedding page (docs/embed.md), and what each command does. */

import type { SharingMode } from "../policy/allowance.ts";
import type { Player, PlayerEvents } from "../ui/player.ts";

/** Marks our messages, because other scripts send messages too, and names their version. */
const MARK = "shoal-1";

type Command =
  | { command: "play" | "pause" | "seekToLive" }
  | { command: "seekBehindLive"; value: number }
  | { command: "setMuted"; value: boolean }
  | { command: "setSharing"; value: SharingMode };

/** The player's events that are sent to the embedding page. */
export const FORWARDED_EVENTS = [
  "play",
  "pause",
  "stats",
  "quality",
  "live",
  "mode",
  "error",
  "firstFrame",
] as const;

type FrameEvent = (typeof FORWARDED_EVENTS)[number] | "ready";

interface EventMessage {
  shoal: typeof MARK;
  event: FrameEvent;
  value: unknown;
}

export function eventMessage(event: FrameEvent, value: PlayerEvents[keyof PlayerEvents]): EventMessage {
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

/** The command in a message's data; null for anything else, such as other scripts' messages. */
export function readCommand(data: unknown): Command | null {
  if (typeof data !== "object" || data === null) return null;
  const { shoal, command, value } = data as Record<string, unknown>;
  if (shoal !== MARK || typeof command !== "string" || !Object.hasOwn(CHECKS, command)) return null;
  return CHECKS[command as Command["command"]](value) ? ({ command, value } as Command) : null;
}

export function perform(command: Command, player: Player): void {
  switch (command.command) {
    case "play":
      // If the browser refuses, the player's play button shows it.
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
