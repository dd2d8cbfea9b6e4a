/**
 * The page in an embedding page's frame: a player with the options in the frame's address. It sends events to the
 * embedding page and obeys its commands.
 *
 * embed/ may import ui/, playback/ and policy/, and opening.ts, which all pages start with.
 */

import { enterStream, stageOf, untilItWorks } from "../opening.ts";
import { EarlyPlaylists } from "../playback/early-playlists.ts";
import { eventMessage, FORWARDED_EVENTS, perform, readCommand } from "./messages.ts";
import { channelFor, readParameters } from "./parameters.ts";

const { options, origin, warnings } = readParameters(new URL(location.href));
for (const warning of warnings) console.warn(warning);

const [stream, { createPlayer }] = await untilItWorks(() => Promise.all([open(), import("../ui/player.ts")]));
const player = createPlayer(stageOf(document), {
  ...stream,
  ...options,
  channel: channelFor(stream, options.hls),
  keys: "page",
});

/** The stream, whose playlists are on their way while the player's script still is. */
async function open() {
  const own = await enterStream();
  return { ...own, playlists: new EarlyPlaylists(options.hls ?? own.hls, own.tickets) };
}

if (origin !== null && window.parent !== window) {
  const send = (message: unknown) => window.parent.postMessage(message, origin);
  for (const event of FORWARDED_EVENTS) player.on(event, (value) => send(eventMessage(event, value)));
  addEventListener("message", (message) => {
    if (message.source !== window.parent || message.origin !== origin) return;
    const command = readCommand(message.data);
    if (command) perform(command, player);
  });
  send(eventMessage("ready", null));
}
