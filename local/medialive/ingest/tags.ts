/**
 * What RTMP's audio and video messages hold: FLV tag bodies (Adobe FLV 10.1, annex E.4) and their successors with
 * four-letter codec names (Enhanced RTMP v2, Veovera Software Organization).
 */

export type VideoTag =
  /** The decoder's configuration (AVCDecoderConfigurationRecord). */
  | { readonly kind: "configuration"; readonly data: Buffer }
  | {
      readonly kind: "frame";
      readonly isKeyframe: boolean;
      /** Composition time: how long after its decoding time the frame is shown. */
      readonly compositionMilliseconds: number;
      readonly data: Buffer;
    }
  | { readonly kind: "nothing" }
  | { readonly kind: "unsupported"; readonly codec: string };

export type AudioTag =
  /** The decoder's configuration (AudioSpecificConfig); empty where each frame says it (ADTS). */
  | { readonly kind: "configuration"; readonly data: Buffer }
  | { readonly kind: "frame"; readonly data: Buffer }
  | { readonly kind: "nothing" }
  | { readonly kind: "unsupported"; readonly codec: string };

const VIDEO_CODECS: Readonly<Record<number, string>> = {
  2: "Sorenson H.263",
  3: "Screen Video",
  4: "VP6",
  5: "VP6 with alpha",
  6: "Screen Video 2",
  12: "HEVC",
  13: "AV1",
};
const AUDIO_CODECS: Readonly<Record<number, string>> = {
  0: "PCM",
  1: "ADPCM",
  2: "MP3",
  3: "PCM",
  4: "Nellymoser",
  5: "Nellymoser",
  6: "Nellymoser",
  7: "G.711 A-law",
  8: "G.711 µ-law",
  11: "Speex",
  14: "MP3",
};
const FOUR_LETTER_CODECS: Readonly<Record<string, string>> = {
  hvc1: "HEVC",
  vvc1: "VVC",
  av01: "AV1",
  vp08: "VP8",
  vp09: "VP9",
  "ac-3": "AC-3",
  "ec-3": "E-AC-3",
  Opus: "Opus",
  ".mp3": "MP3",
  fLaC: "FLAC",
};

const H264 = 7;
const AAC = 10;
const ENHANCED_AUDIO = 9;
const KEYFRAME = 1;
/** A seek marker for players of recordings, without a frame. */
const COMMAND_FRAME = 5;

/** Reads the body of a video message. */
export function parseVideoTag(body: Buffer): VideoTag {
  const first = body[0];
  if (first === undefined) return { kind: "nothing" };
  if (first & 0x80) return parseEnhancedVideo(first, body);
  const codec = first & 0x0f;
  if (first >> 4 === COMMAND_FRAME) return { kind: "nothing" };
  if (codec !== H264) return { kind: "unsupported", codec: VIDEO_CODECS[codec] ?? `video codec ${codec}` };
  if (body.length < 5) return { kind: "nothing" };
  const type = body[1];
  const data = body.subarray(5);
  if (type === 0) return { kind: "configuration", data };
  if (type !== 1) return { kind: "nothing" };
  return {
    kind: "frame",
    isKeyframe: first >> 4 === KEYFRAME,
    compositionMilliseconds: body.readIntBE(2, 3),
    data,
  };
}

/** Reads the body of an audio message. */
export function parseAudioTag(body: Buffer): AudioTag {
  const first = body[0];
  if (first === undefined) return { kind: "nothing" };
  const codec = first >> 4;
  if (codec === ENHANCED_AUDIO) return parseEnhancedAudio(first, body);
  if (codec !== AAC) return { kind: "unsupported", codec: AUDIO_CODECS[codec] ?? `audio codec ${codec}` };
  if (body.length < 2) return { kind: "nothing" };
  const data = body.subarray(2);
  return body[1] === 0 ? { kind: "configuration", data } : { kind: "frame", data };
}

function parseEnhancedVideo(first: number, body: Buffer): VideoTag {
  const codec = fourLetterCodec(body);
  if (codec === null) return { kind: "nothing" };
  if (codec !== "avc1") return { kind: "unsupported", codec: FOUR_LETTER_CODECS[codec] ?? codec };
  const type = first & 0x0f;
  const isKeyframe = ((first >> 4) & 7) === KEYFRAME;
  if (type === 0) return { kind: "configuration", data: body.subarray(5) };
  if (type === 1 && body.length >= 8) {
    const compositionMilliseconds = body.readIntBE(5, 3);
    return { kind: "frame", isKeyframe, compositionMilliseconds, data: body.subarray(8) };
  }
  // Coded frames without a composition time.
  if (type === 3) return { kind: "frame", isKeyframe, compositionMilliseconds: 0, data: body.subarray(5) };
  return { kind: "nothing" };
}

function parseEnhancedAudio(first: number, body: Buffer): AudioTag {
  const codec = fourLetterCodec(body);
  if (codec === null) return { kind: "nothing" };
  if (codec !== "mp4a") return { kind: "unsupported", codec: FOUR_LETTER_CODECS[codec] ?? codec };
  const type = first & 0x0f;
  const data = body.subarray(5);
  if (type === 0) return { kind: "configuration", data };
  return type === 1 ? { kind: "frame", data } : { kind: "nothing" };
}

function fourLetterCodec(body: Buffer): string | null {
  return body.length < 5 ? null : body.toString("latin1", 1, 5);
}
