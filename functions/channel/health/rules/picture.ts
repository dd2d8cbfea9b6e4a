/** Rules about the video that comes in. */

import { type InputMinute, patternIn, type Rule, rounded } from "../minutes.ts";

/** Segments have two seconds; an encoder finds its way back only at a keyframe. */
const KEYFRAME_SECONDS = 2;
const LONGEST_KEYFRAME_SECONDS = 4;
/** What the channel's input specification takes (HD in template.yaml). */
const MOST_LINES = 1080;
/** A picture with more lines than this many times what viewers get is carried for nothing. */
const WASTE = 1.5;
/** profile_idc of H.264 (ITU-T H.264, annex A): Baseline has none of what saves bits; from High 10 on there are more colours. */
const BASELINE = 66;
const HIGH_10 = 110;

export const PICTURE_RULES: readonly Rule[] = [
  function frameRateTooLow({ steady, wanted }) {
    const most = Math.max(0, ...steady.map(({ framesPerSecond }) => framesPerSecond.most));
    if (steady.length === 0 || most >= wanted.framesPerSecond * 0.9) return undefined;
    return {
      kind: most === 0 ? "no-video" : "frame-rate-too-low",
      severity: most === 0 ? "error" : "warning",
      measured: most === 0 ? "No video comes in." : `${rounded(most)} frames a second come in.`,
      recommended: `${wanted.framesPerSecond} frames a second, which is what viewers get.`,
      inObs: `Settings, Video, Common FPS Values: ${wanted.framesPerSecond}.`,
    };
  },

  function frameRateTooHigh({ steady, wanted }) {
    const most = Math.max(0, ...steady.map(({ framesPerSecond }) => framesPerSecond.most));
    if (most <= wanted.framesPerSecond * 1.2) return undefined;
    return {
      kind: "frame-rate-too-high",
      severity: "info",
      measured: `${rounded(most)} frames a second come in; viewers get ${wanted.framesPerSecond}.`,
      recommended: `${wanted.framesPerSecond} frames a second, each with more of the bit rate.`,
      inObs: `Settings, Video, Common FPS Values: ${wanted.framesPerSecond}.`,
    };
  },

  function frameRateUnsteady({ steady }) {
    const isUnsteady = ({ framesPerSecond: { least, most } }: InputMinute) => most > 0 && least < most * 0.8;
    const worst = patternIn(steady, isUnsteady);
    if (!worst) return undefined;
    const { least, most } = worst.framesPerSecond;
    return {
      kind: "frame-rate-unsteady",
      severity: "warning",
      measured: `Within a minute ${rounded(least)} to ${rounded(most)} frames a second come in.`,
      recommended: "As many in each second: the broadcaster's computer can't keep up.",
      inObs: "Settings, Output, Encoder: a hardware encoder, or CPU Usage Preset: veryfast.",
    };
  },

  function keyframes({ steady }) {
    const known = steady.flatMap(({ keyframeSeconds }) => keyframeSeconds ?? []);
    const most = Math.max(0, ...known.map((each) => each.most));
    const least = Math.min(...known.map((each) => each.least));
    const isTooLong = most > LONGEST_KEYFRAME_SECONDS;
    if (!isTooLong && !(most - least > KEYFRAME_SECONDS / 2)) return undefined;
    return {
      kind: isTooLong ? "keyframes-too-rare" : "keyframes-irregular",
      severity: "warning",
      measured: isTooLong
        ? `Up to ${rounded(most)} s pass between keyframes: after a fault the picture takes as long to return.`
        : `Keyframes come ${rounded(least)} to ${rounded(most)} s apart.`,
      recommended: `A keyframe every ${KEYFRAME_SECONDS} s.`,
      inObs: `Settings, Output, Keyframe Interval: ${KEYFRAME_SECONDS} s.`,
    };
  },

  function openGops({ steady }) {
    if (!patternIn(steady, ({ openKeyframes }) => (openKeyframes ?? 0) > 0)) return undefined;
    return {
      kind: "open-gops",
      severity: "warning",
      measured:
        "Keyframes come in that need frames before them (open GOPs): after a fault the picture returns late.",
      recommended: "Closed GOPs: every keyframe an IDR frame.",
      inObs: "Settings, Output, x264 Options: open-gop=0.",
    };
  },

  function resolution({ steady, wanted }) {
    const lines = steady.at(-1)?.pictureHeight ?? null;
    if (lines === null) return undefined;
    const inObs = `Settings, Video, Output (Scaled) Resolution: ${widthOf(wanted.height)}x${wanted.height}.`;
    const recommended = `${wanted.height} lines, as the best rendition has.`;
    const measured = `The picture that comes in has ${lines} lines; viewers get ${wanted.height} at most.`;
    if (lines > MOST_LINES)
      return {
        kind: "resolution-too-high",
        severity: "error",
        measured: `The picture has ${lines} lines, and the channel takes ${MOST_LINES}.`,
        recommended,
        inObs,
      };
    if (lines > wanted.height * WASTE)
      return { kind: "resolution-wastes", severity: "info", measured, recommended, inObs };
    if (lines < wanted.height)
      return { kind: "resolution-too-low", severity: "warning", measured, recommended, inObs };
    return undefined;
  },

  function profile({ steady }) {
    const profile = steady.at(-1)?.profile ?? null;
    if (profile === BASELINE)
      return {
        kind: "codec-wastes",
        severity: "info",
        measured: "The video is H.264 of the Baseline profile, which needs more bits for the same picture.",
        recommended: "The High profile.",
        inObs: "Settings, Output, Profile: high. Settings, Output, Tune: none.",
      };
    if (profile === null || profile < HIGH_10) return undefined;
    return {
      kind: "codec-wastes",
      severity: "warning",
      measured:
        "The video has more colours than viewers get (10 bits, 4:2:2 or 4:4:4), and is harder to decode.",
      recommended: "8 bits, 4:2:0: the High profile.",
      inObs: "Settings, Advanced, Color Format: NV12. Settings, Output, Profile: high.",
    };
  },
];

function widthOf(height: number): number {
  return Math.round((height * 16) / 9);
}
