/** What tells one rendition from another. Viewers share when all of it is equal: a swarm's name is a hash of it. */

export interface RenditionTraits {
  bitrate?: number;
  codecs?: string | null;
  width?: number;
  height?: number;
  frameRate?: string | null;
  videoRange?: string | null;
  language?: string | null;
  channels?: string | null;
  name?: string;
}
