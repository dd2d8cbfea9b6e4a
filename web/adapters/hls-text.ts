/** Reads HLS playlists (RFC 8216), for players that don't expose what they parsed. */

import type { StreamKind } from "../sharing/peer-id.ts";
import type { RenditionTraits } from "../sharing/rendition-traits.ts";

export interface ListedRendition {
  kind: StreamKind;
  /** Address of its media playlist. */
  rendition: string;
  traits: RenditionTraits;
}

/** The renditions of a multivariant playlist, with the traits that hls.js reads from it. Empty for any other text. */
export function renditionsIn(text: string, address: string): ListedRendition[] {
  const lines = text.split(/\r?\n/);
  const audioCodecs = new Map<string, string | null>();
  const video: ListedRendition[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith("#EXT-X-STREAM-INF:")) continue;
    const attributes = attributesOf(line);
    const codecs = attributes["CODECS"]?.split(",") ?? [];
    const [width = 0, height = 0] = attributes["RESOLUTION"]?.split("x").map(Number) ?? [];
    const next = lines.slice(index + 1).find((after) => after !== "" && !after.startsWith("#"));
    if (next === undefined) continue;
    if (attributes["AUDIO"]) audioCodecs.set(attributes["AUDIO"], codecs.find(isAudio) ?? null);
    video.push({
      kind: "main",
      rendition: new URL(next, address).href,
      traits: {
        bitrate: Number(attributes["BANDWIDTH"]),
        codecs: codecs.find((codec) => !isAudio(codec)) ?? null,
        width,
        height,
        frameRate: attributes["FRAME-RATE"] ?? null,
        videoRange: attributes["VIDEO-RANGE"] ?? null,
      },
    });
  }
  const audio = lines
    .filter((line) => line.startsWith("#EXT-X-MEDIA:"))
    .map(attributesOf)
    .filter(({ TYPE }) => TYPE === "AUDIO")
    .flatMap(({ URI, LANGUAGE = null, CHANNELS = null, NAME = "", "GROUP-ID": group = "" }) => {
      // Audio without an address is part of the variants' segments.
      if (!URI) return [];
      const codecs = audioCodecs.get(group) ?? null;
      const traits = { codecs, language: LANGUAGE, channels: CHANNELS, name: NAME };
      return [{ kind: "secondary" as const, rendition: new URL(URI, address).href, traits }];
    });
  return [...video, ...audio];
}

/** The media sequence numbers of a media playlist's segments, by address. Empty for any other text. */
export function sequencesIn(text: string, address: string): Map<string, number> {
  let sequence = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(text)?.[1] ?? 0);
  const sequences = new Map<string, number>();
  if (!text.includes("#EXTINF:")) return sequences;
  for (const line of text.split(/\r?\n/)) {
    if (line === "" || line.startsWith("#")) continue;
    sequences.set(new URL(line, address).href, sequence);
    sequence += 1;
  }
  return sequences;
}

function attributesOf(line: string): Record<string, string> {
  const pairs = line.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g);
  return Object.fromEntries(
    Array.from(pairs, ([, name = "", value = ""]) => [name, value.replaceAll('"', "")]),
  );
}

function isAudio(codec: string): boolean {
  return /^(mp4a|ac-3|ec-3|ac-4|opus|Opus|flac|fLaC)/.test(codec.trim());
}
