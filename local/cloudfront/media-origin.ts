/** The origin of the stream: the packager's files, with MediaPackage's cache headers. */

import { createHash } from "node:crypto";
import { open, realpath } from "node:fs/promises";
import { extname, sep } from "node:path";
import type { Answer, Origin } from "./origin.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".m3u8": "application/vnd.apple.mpegurl",
  ".mpd": "application/dash+xml",
  ".mp4": "video/mp4",
  ".m4s": "video/iso.segment",
  ".cmfv": "video/mp4",
  ".cmfa": "audio/mp4",
  ".ts": "video/mp2t",
  ".vtt": "text/vtt",
};

/**
 * A segment never changes; MediaPackage lets it be cached for two weeks.
 * https://docs.aws.amazon.com/mediapackage/latest/userguide/cdn-recommendations.html
 */
const SEGMENT_CACHING = "max-age=1209600, immutable";

const NOT_FOUND: Answer = { statusCode: 404, headers: {}, body: Buffer.alloc(0) };

/** Serves a folder's files. Playlists may be cached for half a segment, as they change once a segment. */
export function mediaOrigin(folder: string, segmentSeconds: number): Origin {
  const playlistCaching = `max-age=${Math.max(1, Math.floor(segmentSeconds / 2))}`;
  return async ({ path }) => {
    const file = await readInside(folder, path);
    const type = TYPES[extname(path)];
    if (!file || !type) return NOT_FOUND;
    const isPlaylist = /\.(m3u8|mpd)$/.test(path);
    return {
      statusCode: 200,
      headers: {
        "content-type": type,
        "cache-control": isPlaylist ? playlistCaching : SEGMENT_CACHING,
        "last-modified": file.modified.toUTCString(),
        etag: `"${createHash("sha1").update(file.body).digest("base64url")}"`,
      },
      body: file.body,
    };
  };
}

/** Reads a file inside the folder: no escape by dots, links or encodings, and no hidden files. */
async function readInside(
  folder: string,
  path: string,
): Promise<{ body: Buffer; modified: Date } | undefined> {
  const names = decodedNames(path);
  if (!names) return undefined;
  try {
    const root = await realpath(folder);
    const real = await realpath([root, ...names].join(sep));
    if (!real.startsWith(root + sep)) return undefined;
    await using file = await open(real);
    const { mtime: modified, ...stats } = await file.stat();
    if ((stats.mode & 0o170000) !== 0o100000) return undefined;
    return { body: await file.readFile(), modified };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The path's parts; undefined when one is empty, hidden, `..`, or no valid file name. */
function decodedNames(path: string): string[] | undefined {
  let names: string[];
  try {
    names = path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
  return names.every((name) => /^[^./\\\0][^/\\\0]*$/.test(name)) ? names : undefined;
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG", "EACCES"].includes(code);
}
