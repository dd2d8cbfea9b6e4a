/** Reads the encoder's settings from the properties of an AWS::MediaLive::Channel. */

import type { AudioFormat, FrameRate, VideoFormat } from "../encoded-stream.ts";
import type { Value } from "../template/value.ts";

/** One video rendition of the ladder. */
export interface VideoRendition extends VideoFormat {
  /** MediaLive's QVBR quality level, 1 (worst) to 10 (best). */
  readonly quality: number;
  readonly profile: "baseline" | "main" | "high";
  readonly consecutiveBFrames: number;
}

export interface EncoderSettings {
  readonly frameRate: FrameRate;
  /** Seconds from one keyframe to the next. */
  readonly gopSeconds: number;
  /** At least one, the largest first. */
  readonly video: readonly [VideoRendition, ...VideoRendition[]];
  readonly audio: AudioFormat;
}

/**
 * Reads the settings from properties whose intrinsics are already evaluated.
 *
 * @throws Error naming the setting that is missing, of the wrong kind, or different between renditions: all must cut
 *   segments at the same instants.
 */
export function parseEncoderSettings(channel: Value): EncoderSettings {
  const settings = channel.at("EncoderSettings");
  const descriptions = settings.at("VideoDescriptions").list().map(parseVideoDescription);
  descriptions.sort((one, other) => other.rendition.height - one.rendition.height);
  const [top, ...rest] = descriptions;
  if (!top) throw new Error(`${settings.path}.VideoDescriptions is empty: the ladder needs a rendition`);
  for (const other of rest) {
    if (JSON.stringify(other.cadence) !== JSON.stringify(top.cadence)) {
      throw new Error(
        `The renditions ${top.rendition.name} and ${other.rendition.name} differ in frame rate or GOP size: ` +
          "their segments would not cut at the same instants",
      );
    }
  }
  const [audio] = settings.at("AudioDescriptions").list();
  if (!audio) throw new Error(`${settings.path}.AudioDescriptions is empty: the channel needs one`);
  return {
    ...top.cadence,
    video: [top.rendition, ...rest.map(({ rendition }) => rendition)],
    audio: parseAudioDescription(audio),
  };
}

/**
 * The same settings with only the named renditions, for a machine that can't carry the whole ladder.
 *
 * @throws Error naming a rendition that the ladder doesn't have, and those that it has.
 */
export function keepRenditions(settings: EncoderSettings, names: readonly string[]): EncoderSettings {
  const known = settings.video.map(({ name }) => name);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new Error(`The ladder has no rendition "${stranger}"; it has ${known.join(", ")}`);
  }
  const [top, ...rest] = settings.video.filter(({ name }) => names.includes(name));
  if (!top) throw new Error(`Name at least one rendition of ${known.join(", ")}`);
  return { ...settings, video: [top, ...rest] };
}

function parseVideoDescription(description: Value) {
  const h264 = description.at("CodecSettings", "H264Settings");
  const frameRate = {
    numerator: h264.at("FramerateNumerator").number(),
    denominator: h264.at("FramerateDenominator").number(),
  };
  const gopSize = h264.at("GopSize").number();
  const isInSeconds = h264.at("GopSizeUnits").text("FRAMES") === "SECONDS";
  return {
    cadence: {
      frameRate,
      gopSeconds: isInSeconds ? gopSize : (gopSize * frameRate.denominator) / frameRate.numerator,
    },
    rendition: {
      name: description.at("Name").text(),
      width: description.at("Width").number(),
      height: description.at("Height").number(),
      maxBitsPerSecond: h264.at("MaxBitrate").exists
        ? h264.at("MaxBitrate").number()
        : h264.at("Bitrate").number(),
      quality: h264.at("QvbrQualityLevel").number(7),
      profile: oneOf(h264.at("Profile"), { BASELINE: "baseline", MAIN: "main", HIGH: "high" }),
      consecutiveBFrames: h264.at("GopNumBFrames").number(0),
    } satisfies VideoRendition,
  };
}

function parseAudioDescription(description: Value): AudioFormat {
  const aac = description.at("CodecSettings", "AacSettings");
  return {
    name: description.at("Name").text(),
    bitsPerSecond: aac.at("Bitrate").number(),
    sampleRate: aac.at("SampleRate").number(),
    channels: oneOf(aac.at("CodingMode"), { CODING_MODE_1_0: 1, CODING_MODE_2_0: 2 }),
  };
}

function oneOf<T>(value: Value, meanings: Readonly<Record<string, T>>): T {
  const meaning = meanings[value.text()];
  if (meaning === undefined) {
    throw new Error(
      `${value.path} is ${value.text()}, but must be one of ${Object.keys(meanings).join(", ")}`,
    );
  }
  return meaning;
}
