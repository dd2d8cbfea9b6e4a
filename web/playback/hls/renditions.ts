/** The renditions that hls.js knows, each named by its playlist's address. */

import type Hls from "hls.js";
import type { StreamKind } from "../../sharing/peer-id.ts";
import type { RenditionTraits } from "../../sharing/rendition-traits.ts";
import type { Quality } from "../session.ts";

export type Ladder = Pick<Hls, "levels" | "audioTracks" | "allAudioTracks">;

export const NO_LADDER: Ladder = { levels: [], audioTracks: [], allAudioTracks: [] };

/** All video renditions and all audio tracks, with what tells them apart. */
export function* renditionsOf({ levels, allAudioTracks }: Ladder): Generator<{
  kind: StreamKind;
  rendition: string;
  traits: RenditionTraits;
}> {
  for (const level of levels) yield { kind: "main", rendition: level.uri, traits: traitsOf(level) };
  for (const track of allAudioTracks) {
    const traits = {
      codecs: track.audioCodec ?? null,
      language: track.lang ?? null,
      channels: track.channels ?? null,
      name: track.name,
    };
    yield { kind: "secondary", rendition: track.url, traits };
  }
}

/** The rendition of a fragment or playlist, by hls.js's type and index; empty if there is none. */
export function renditionAt({ levels, audioTracks }: Ladder, type: string, index: number): string {
  if (type === "main") return levels[index]?.uri ?? "";
  return type === "audio" ? (audioTracks[index]?.url ?? "") : "";
}

/** The video renditions as viewers choose among them. */
export function qualitiesOf({ levels }: Ladder): Quality[] {
  return levels.map(({ width, height, bitrate, frameRate }, index) => ({
    index,
    width,
    height,
    bitsPerSecond: bitrate,
    framesPerSecond: frameRate,
  }));
}

function traitsOf(level: Hls["levels"][number]): RenditionTraits {
  return {
    // The peak bit rate, as in p2p-media-loader's own players, so that their viewers and ours can share.
    bitrate: level.attrs.decimalInteger("BANDWIDTH"),
    codecs: level.videoCodec ?? null,
    width: level.width,
    height: level.height,
    frameRate: level.attrs["FRAME-RATE"] ?? null,
    videoRange: level.attrs["VIDEO-RANGE"] ?? null,
  };
}
