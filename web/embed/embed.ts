/** The player in somebody's frame: as its address asks, and at the embedding page's command. */

import { readStream } from "../module/stream.ts";
import { stageOf, untilItWorks } from "../opening.ts";
import { eventMessage, perform, readCommand, TOLD } from "./messages.ts";
import { channelFor, readParameters } from "./parameters.ts";

const { options, origin, complaints } = readParameters(new URL(location.href));
for (const complaint of complaints) console.warn(complaint);

const [stream, { createPlayer }] = await untilItWorks(() =>
  Promise.all([readStream(new URL("/", location.href)), import("../module/create-player.ts")]),
);
const player = createPlayer(stageOf(document), {
  ...stream,
  ...options,
  channel: channelFor(stream, options.hls),
  keys: "page",
});

if (origin !== null && window.parent !== window) {
  const tell = (message: unknown) => window.parent.postMessage(message, origin);
  for (const event of TOLD) player.on(event, (value) => tell(eventMessage(event, value)));
  addEventListener("message", (message) => {
    if (message.source !== window.parent || message.origin !== origin) return;
    const command = readCommand(message.data);
    if (command) perform(command, player);
  });
  tell(eventMessage("ready", null));
}
