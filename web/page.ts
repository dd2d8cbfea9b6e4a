/**
 * The viewer's page: asks which stream this deployment carries, and puts a player for it on the stage. Where the event
 * hasn't begun or is over, it waits; and once there is a picture, it follows what the event says.
 */

import { enterStream, stageOf, untilItWorks } from "./opening.ts";
import { EarlyPlaylists } from "./playback/early-playlists.ts";
import type { Player } from "./ui/player.ts";

/** What follows the event isn't needed for the picture, and comes after it, or after so long without one. */
const LONGEST_WAIT_MS = 5_000;

const { classList, style } = document.documentElement;
const stage = stageOf(document);
const isDebugged = new URLSearchParams(location.search).has("debug");
const isAway = /waiting|ended/.test(stage.dataset["standing"] ?? "");
const player = isAway ? null : await openPlayer();
if (player) await firstPicture(player);
if (player && isDebugged) {
  const { debugPlayer } = await untilItWorks(() => import("./debug/live.ts"));
  debugPlayer(player, document.querySelector("main") ?? document.body);
}
const { followEvent } = await untilItWorks(() => import("./event/follow.ts"));
followEvent(player, openPlayer);

async function openPlayer(): Promise<Player> {
  const [stream, { createPlayer }] = await untilItWorks(() =>
    Promise.all([open(), import("./ui/player.ts")]),
  );
  const accent = style.getPropertyValue("--mark").trim();
  return createPlayer(stage, {
    ...stream,
    // Beside a text that can be scrolled, keys are the player's only where it has the focus.
    keys: isDebugged || classList.contains("event") ? "player" : "page",
    ...(accent && { colours: { accent } }),
  });
}

/** The stream, whose playlists are on their way while the player's script still is. */
async function open() {
  const stream = await enterStream();
  return { ...stream, playlists: new EarlyPlaylists(stream.hls, stream.tickets) };
}

function firstPicture(player: Player): Promise<void> {
  return new Promise((resolve) => {
    player.on("firstFrame", () => resolve());
    player.on("error", () => resolve());
    setTimeout(resolve, LONGEST_WAIT_MS);
  });
}
