/** Rules about the audio that comes in. */

import { warnsOf } from "../alerts.ts";
import { patternIn, type Range, type Rule, rounded } from "../minutes.ts";

/** Quieter than the noise of any room through a microphone. */
const SILENCE_DECIBELS = -60;
/** Speech and music peak there; what is cut off stays there. Within a decibel counts, since AAC blurs what was cut off. */
const CLIPPED_PERCENT = 10;
/** Where nobody counts samples, the level tells. */
const FULL_SCALE_DECIBELS = -0.05;
/** Viewers notice audio that is 45 ms early or 125 ms late (ITU-R BT.1359). */
const DRIFT_SECONDS = 0.1;

export const SOUND_RULES: readonly Rule[] = [
  function noAudio(facts) {
    const known = facts.steady.flatMap(({ audioFramesPerSecond }) => audioFramesPerSecond ?? []);
    const isMeasured = known.length > 0 && !known.some(({ most }) => most > 0);
    if (!isMeasured && !warnsOf("noAudio", facts)) return undefined;
    return {
      kind: "no-audio",
      severity: "error",
      measured: "No audio comes in.",
      recommended: "AAC of 128 Kbps or more, also if it is silent.",
      inObs: "Settings, Audio: a device for Desktop Audio or Mic. Settings, Output: Audio Track 1.",
    };
  },

  function silence({ steady }) {
    const isSilent = (level: Range | null) => level !== null && level.most < SILENCE_DECIBELS;
    const worst = patternIn(steady, ({ audioDecibels }) => isSilent(audioDecibels));
    if (!worst) return undefined;
    return {
      kind: "audio-silent",
      severity: "warning",
      measured: `Nothing can be heard: the audio stays below ${SILENCE_DECIBELS} dBFS.`,
      recommended: "Levels that peak at -12 to -6 dBFS.",
      inObs: "Audio Mixer: nothing muted, and a meter that moves. Settings, Audio: the right device.",
    };
  },

  function clipping({ steady }) {
    const worst = patternIn(steady, ({ clippedPercent, audioDecibels }) =>
      clippedPercent === null
        ? audioDecibels !== null && audioDecibels.most > FULL_SCALE_DECIBELS
        : clippedPercent > CLIPPED_PERCENT,
    );
    if (!worst) return undefined;
    const { clippedPercent } = worst;
    return {
      kind: "audio-clips",
      severity: "warning",
      measured:
        clippedPercent === null
          ? "The audio reaches full scale: it is cut off, and sounds harsh."
          : `${rounded(clippedPercent)} % of the audio's samples are at full scale: it is cut off, and sounds harsh.`,
      recommended: "Levels that peak at -12 to -6 dBFS.",
      inObs: "Audio Mixer: lower the fader of what is in the red, or add the filter Limiter.",
    };
  },

  function drift({ steady }) {
    const known = steady.flatMap(({ audioAheadSeconds }) => audioAheadSeconds ?? []);
    const [first, last] = [known[0], known.at(-1)];
    if (!first || !last) return undefined;
    const drifted = middleOf(last) - middleOf(first);
    if (Math.abs(drifted) < DRIFT_SECONDS) return undefined;
    return {
      kind: "audio-drifts",
      severity: "warning",
      measured: `The audio has moved ${Math.round(Math.abs(drifted) * 1000)} ms ${drifted > 0 ? "ahead of" : "behind"} the video in ${known.length - 1} min.`,
      recommended: "Audio and video by one clock.",
      inObs: "Settings, Audio, Sample Rate: that of the device. Advanced Audio Properties, Sync Offset: 0.",
    };
  },
];

function middleOf({ least, most }: Range): number {
  return (least + most) / 2;
}
