/** Reads of HLS playlists (RFC 8216) what a signature is about: the renditions, and what is said of one segment. */

export interface ListedSegment {
  /** On the origin, without a query. */
  readonly path: string;
  readonly durationSeconds: number;
  readonly programDateTime: string | null;
  readonly isDiscontinuous: boolean;
}

/** Paths of the video and audio renditions' playlists, in the order of the multivariant playlist. */
export function renditionsIn(multivariant: string, path: string): string[] {
  const found = new Set<string>();
  let isVariant = false;
  for (const line of linesOf(multivariant)) {
    const media = /^#EXT-X-MEDIA:.*\bURI="([^"]+)"/.exec(line)?.[1];
    if (media !== undefined && /\bTYPE=(AUDIO|VIDEO)\b/.test(line)) found.add(pathBelow(path, media));
    if (isVariant && !line.startsWith("#")) found.add(pathBelow(path, line));
    if (!line.startsWith("#")) isVariant = false;
    if (line.startsWith("#EXT-X-STREAM-INF:")) isVariant = true;
  }
  return [...found];
}

/** What the playlist at this path says of a media sequence number; null if it doesn't list it. */
export function segmentIn(playlist: string, path: string, sequence: number): ListedSegment | null {
  let next = 0;
  let durationSeconds = 0;
  let programDateTime: string | null = null;
  let isDiscontinuous = false;
  for (const line of linesOf(playlist)) {
    const [, tag = "", value = ""] = /^#([^:]+):?(.*)$/.exec(line) ?? [];
    if (tag === "EXT-X-MEDIA-SEQUENCE") next = Number(value);
    else if (tag === "EXTINF") durationSeconds = Number.parseFloat(value);
    else if (tag === "EXT-X-PROGRAM-DATE-TIME") programDateTime = value;
    else if (tag === "EXT-X-DISCONTINUITY") isDiscontinuous = true;
    else if (!line.startsWith("#")) {
      if (next === sequence) {
        return { path: pathBelow(path, line), durationSeconds, programDateTime, isDiscontinuous };
      }
      next += 1;
      programDateTime = null;
      isDiscontinuous = false;
    }
  }
  return null;
}

function linesOf(playlist: string): string[] {
  return playlist.split(/\r?\n/).filter((line) => line !== "");
}

/**
 * The path that a playlist's URI means, without its query. Everything of an endpoint is in its playlists' folder:
 * nothing else is ever requested, whatever a playlist says.
 */
function pathBelow(playlist: string, uri: string): string {
  const base = new URL(playlist, "https://origin.invalid");
  const { origin, pathname } = new URL(uri, base);
  const folder = base.pathname.slice(0, base.pathname.lastIndexOf("/") + 1);
  if (origin !== base.origin || !pathname.startsWith(folder) || !/^[\w./~-]+$/.test(pathname)) {
    throw new Error(`${playlist} lists ${JSON.stringify(uri)}, which isn't a path below ${folder}`);
  }
  return pathname;
}
