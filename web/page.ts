/** The viewer's page: asks which stream this place carries, and puts a player for it on the stage. */

import { readStream } from "./module/stream.ts";
import { stageOf, untilItWorks } from "./opening.ts";

const [stream, { createPlayer }] = await untilItWorks(() =>
  Promise.all([readStream(new URL("/", location.href)), import("./player/player.ts")]),
);
createPlayer(stageOf(document), { ...stream, keys: "page" });
