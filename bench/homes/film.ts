/** The film that a scenario's viewers watch. */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";
import { type FilmShape, prepareFilm } from "../swarm/film.ts";
import { FILM_SECONDS, type Scenario } from "./scenario.ts";

export interface Film {
  readonly folder: string;
  readonly shape: FilmShape;
}

/** Small pictures at few frames, so that two cores carry twelve browsers; the bit rate is filled up. */
const RENDITIONS: FilmShape["renditions"] = [{ width: 320, kilobitsPerSecond: 1_500 }];
const FRAMES_PER_SECOND = 10;
const SEGMENT_SECONDS = 2;

/** Encodes the scenario's film, unless it was encoded before. */
export async function prepareScenarioFilm({ renditions = RENDITIONS }: Scenario): Promise<Film> {
  const shape = {
    seconds: FILM_SECONDS,
    segmentSeconds: SEGMENT_SECONDS,
    framesPerSecond: FRAMES_PER_SECOND,
    renditions,
  };
  const sizes = renditions.map(({ width, kilobitsPerSecond }) => `${width}-${kilobitsPerSecond}`);
  const folder = join(
    tmpdir(),
    `shoal-homes-film-${FILM_SECONDS}s-${SEGMENT_SECONDS}s-${FRAMES_PER_SECOND}fps-${sizes.join("-")}`,
  );
  Log.setLevel(AV_LOG_ERROR);
  await prepareFilm(folder, shape);
  return { folder, shape };
}
