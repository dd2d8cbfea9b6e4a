/** Plays the film as a live channel: playlists whose window slides in real time over segments on disk. */

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type FilmShape, prepareFilm } from "./film.ts";

export interface Origin {
  /** `http://127.0.0.1:port`, serving `/index.m3u8`. */
  address: string;
  stop(): Promise<void>;
}

const WINDOW_SECONDS = 30;

export async function startOrigin(folder: string, shape: FilmShape): Promise<Origin> {
  await prepareFilm(folder, shape);
  const startedAt = Date.now() - WINDOW_SECONDS * 1000;
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://origin").pathname;
    try {
      if (path === "/index.m3u8") return void respond(multivariant(shape));
      if (path.endsWith(".m3u8")) return void respond(live(shape, startedAt));
      response.setHeader("content-type", "video/mp4");
      response.end(await readFile(join(folder, path)));
    } catch {
      response.writeHead(404).end();
    }
    function respond(playlist: string) {
      response.setHeader("content-type", "application/vnd.apple.mpegurl");
      response.end(playlist);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${portOf(server)}`, stop: () => stop(server) };
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function multivariant({ renditions, framesPerSecond }: FilmShape): string {
  const variants = renditions.flatMap(({ width, kilobitsPerSecond }, index) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${kilobitsPerSecond * 1100 + 70_000},CODECS="avc1.64001f,mp4a.40.2",` +
      `RESOLUTION=${width}x${Math.round((width * 9) / 16 / 2) * 2},` +
      `FRAME-RATE=${framesPerSecond.toFixed(3)},AUDIO="a"`,
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

function live({ segmentSeconds }: FilmShape, startedAt: number): string {
  const ended = Math.floor((Date.now() - startedAt) / 1000 / segmentSeconds);
  const first = Math.max(0, ended - WINDOW_SECONDS / segmentSeconds);
  const segments = Array.from({ length: ended - first }, (_, place) => {
    const sequence = first + place;
    const at = new Date(startedAt + sequence * segmentSeconds * 1000).toISOString();
    return [
      ...(place === 0 ? [`#EXT-X-PROGRAM-DATE-TIME:${at}`] : []),
      `#EXTINF:${segmentSeconds.toFixed(3)},`,
      `${sequence}.m4s`,
    ].join("\n");
  });
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${segmentSeconds}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    '#EXT-X-MAP:URI="init.mp4"',
    ...segments,
    "",
  ].join("\n");
}
