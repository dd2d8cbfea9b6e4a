/**
 * Puts the film on the air in the place of the encoder: playlists and segments written to the stack's media
 * folder in real time, as its packaging does. Small video that costs no encoding leaves the machine to the
 * viewers.
 */

import { link, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type FilmShape, heightOf } from "./film.ts";

const WINDOW_SECONDS = 30;

/** Starts with a full window behind the live edge; returns the way to stop. */
export async function putOnAir(film: string, folder: string, shape: FilmShape): Promise<() => void> {
  const tracks = [...shape.renditions.map((_, index) => `v${index}`), "a"];
  const lag = WINDOW_SECONDS * 1000;
  const startedAt = Date.now() - lag;
  for (const track of tracks) {
    await mkdir(join(folder, track), { recursive: true });
    await link(join(film, track, "init.mp4"), join(folder, track, "init.mp4"));
    for (let sequence = 0; sequence < shape.seconds / shape.segmentSeconds; sequence += 1) {
      const name = `${sequence}.m4s`;
      // All are there, but none is asked for before a playlist names it.
      await link(join(film, track, name), join(folder, track, name));
    }
  }
  await writeWhole(join(folder, "index.m3u8"), multivariant(shape));

  let timer: ReturnType<typeof setTimeout>;
  const advance = async (): Promise<void> => {
    const ended = Math.floor((Date.now() - startedAt) / 1000 / shape.segmentSeconds);
    const playlist = livePlaylist(shape, ended, startedAt);
    for (const track of tracks) await writeWhole(join(folder, track, "index.m3u8"), playlist);
    const next = startedAt + (ended + 1) * shape.segmentSeconds * 1000;
    timer = setTimeout(() => void advance(), next - Date.now());
  };
  await advance();
  return () => clearTimeout(timer);
}

/** No reader sees half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const half = join(dirname(path), `.${process.pid}.part`);
  await writeFile(half, text);
  await rename(half, path);
}

function multivariant({ renditions, framesPerSecond }: FilmShape): string {
  const variants = renditions.flatMap(({ width, kilobitsPerSecond }, index) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${kilobitsPerSecond * 1100 + 70_000},CODECS="avc1.64001f,mp4a.40.2",` +
      `RESOLUTION=${width}x${heightOf(width)},FRAME-RATE=${framesPerSecond.toFixed(3)},AUDIO="a"`,
    `v${index}/index.m3u8`,
  ]);
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE="en",CHANNELS="1",URI="a/index.m3u8"',
    ...variants,
    "",
  ].join("\n");
}

function livePlaylist({ segmentSeconds }: FilmShape, ended: number, startedAt: number): string {
  const first = Math.max(0, ended - WINDOW_SECONDS / segmentSeconds);
  const segments = Array.from({ length: ended - first }, (_, place) =>
    [`#EXTINF:${segmentSeconds.toFixed(3)},`, `${first + place}.m4s`].join("\n"),
  );
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${segmentSeconds}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    '#EXT-X-MAP:URI="init.mp4"',
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(startedAt + first * segmentSeconds * 1000).toISOString()}`,
    ...segments,
    "",
  ].join("\n");
}
