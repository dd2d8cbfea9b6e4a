/** The viewer's page: asks which stream this deployment carries, and puts a player for it on the stage. */

import { stageOf, untilItWorks } from "./opening.ts";
import { EarlyPlaylists } from "./playback/early-playlists.ts";
import { readStream } from "./playback/stream.ts";

const [stream, { createPlayer }] = await untilItWorks(() => Promise.all([open(), import("./ui/player.ts")]));
createPlayer(stageOf(document), { ...stream, keys: "page" });

/** The stream, whose playlists are on their way while the player's script still is. */
async function open() {
  const stream = await readStream(new URL("/", location.href));
  return { ...stream, playlists: new EarlyPlaylists(stream.hls, stream.tickets) };
}
