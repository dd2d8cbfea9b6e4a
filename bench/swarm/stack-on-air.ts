/** The local stack with the film on the air in place of the encoder. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openTable, type Table } from "../../functions/record/dynamodb.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { startShoal } from "../../local/shoal.ts";
import { type FilmShape, prepareFilm } from "./film.ts";
import { putOnAir } from "./film-on-air.ts";

export interface StackOnAir {
  /** Where pages come from, as `http://host:port`. */
  origin: string;
  /** Where HLS comes from: with a ticket in the path. */
  ticketed: string;
  /** Path of the multivariant playlist. */
  hlsPath: string;
  trackerUrl: string;
  /** The channel's record. */
  table: Table;
  /** Invokes one of the template's functions. */
  invoke(functionId: string, event: unknown): Promise<unknown>;
  makeStudioLink(): Promise<string>;
  stop(): Promise<void>;
}

export async function startStackOnAir(shape: FilmShape): Promise<StackOnAir> {
  const name = shape.renditions.map(({ width, kilobitsPerSecond }) => `${width}-${kilobitsPerSecond}`);
  const film = join(tmpdir(), `shoal-film-${shape.seconds}s-${shape.segmentSeconds}s-${name.join("-")}`);
  await prepareFilm(film, shape);
  // Beside the film, since its segments are linked and not copied.
  const mediaFolder = await mkdtemp(join(tmpdir(), "shoal-bench-"));
  const address = { host: "127.0.0.1", port: 0 };
  const shoal = await startShoal({
    ...address,
    streamKey: "bench",
    withChannel: false,
    isOpenTracker: true,
    // All share, as what is measured of them says.
    parameters: { SharingControl: "0" },
    mediaFolder,
  });
  const takeOffAir = await putOnAir(film, join(mediaFolder, dirname(shoal.hlsPath)), shape);
  return {
    origin: new URL(shoal.url).origin,
    ticketed: shoal.ticketedUrl,
    hlsPath: shoal.hlsPath,
    trackerUrl: shoal.trackerUrl,
    table: openTable({
      ...LOCAL_AWS,
      name: shoal.running.channelTable,
      endpoint: shoal.running.dynamoDbEndpoint,
    }),
    invoke: (functionId, event) => shoal.invoke(functionId, event),
    makeStudioLink: () => shoal.makeStudioLink(),
    stop: async () => {
      takeOffAir();
      await shoal.stop();
      await rm(mediaFolder, { recursive: true });
    },
  };
}
