/** Rules about what comes in, and from whom. */

import { warnsOf } from "../alerts.ts";
import {
  countIn,
  hasInput,
  INPUT_MEGABITS_PER_SECOND,
  type InputMinute,
  patternIn,
  type Rule,
  rounded,
  SILENT_MINUTES,
} from "../minutes.ts";

/** A gap that viewers notice. */
const GAP_SECONDS = 0.5;
/** What the channel's input specification takes (MAX_20_MBPS in template.yaml). */
const MOST_MEGABITS_PER_SECOND = 20;
/** More than this helps no rendition. */
const USEFUL_MEGABITS_PER_SECOND = 10;
/** How long something that happened once is shown. */
const NEWS_MINUTES = 3;

export const INPUT_RULES: readonly Rule[] = [
  function nothingComesIn({ minutes }) {
    const last = minutes.slice(-SILENT_MINUTES);
    if (last.length < SILENT_MINUTES || last.some(hasInput)) return undefined;
    return {
      kind: "nothing-comes-in",
      severity: "error",
      measured: `Nothing has come in for ${SILENT_MINUTES} minutes.`,
      recommended: "A stream of 4 to 10 Mbit/s.",
      inObs: "Start Streaming. If it already streams: Settings, Stream, server and key as below.",
    };
  },

  function inputStarves({ minutes, steady }) {
    const gaps = steady.filter(({ megabitsPerSecond, filledSeconds }) => {
      return megabitsPerSecond.least < INPUT_MEGABITS_PER_SECOND || filledSeconds >= GAP_SECONDS;
    });
    const last = gaps.at(-1);
    const now = minutes.at(-1);
    if (!last || !now) return undefined;
    const longest = Math.max(...gaps.map(({ filledSeconds }) => filledSeconds));
    const gap = longest >= GAP_SECONDS ? `of up to ${longest.toFixed(1)} s` : "of a second or more";
    const isOver = now.minute - last.minute > 1;
    return {
      kind: isOver ? "input-recovered" : "input-starves",
      severity: isOver ? "info" : "error",
      measured: isOver
        ? `The input had gaps ${gap}, and has had none for ${now.minute - last.minute} minutes.`
        : `The input has gaps ${gap}: viewers see a picture that stands still.`,
      recommended: "An uplink that carries one and a half times the bit rate; a cable rather than Wi-Fi.",
      inObs: "Settings, Output, Bitrate: lower it. Settings, Advanced: Dynamically change bitrate.",
    };
  },

  function bitRateTooHigh({ steady }) {
    const most = Math.max(0, ...steady.map(({ megabitsPerSecond }) => megabitsPerSecond.most));
    if (most <= USEFUL_MEGABITS_PER_SECOND) return undefined;
    const isTooMuch = most > MOST_MEGABITS_PER_SECOND;
    return {
      kind: "bit-rate-too-high",
      severity: isTooMuch ? "error" : "warning",
      measured: `Up to ${rounded(most)} Mbit/s come in${isTooMuch ? ", and the channel takes 20" : ""}.`,
      recommended: "4 to 10 Mbit/s: more shows in no rendition, and is harder to carry.",
      inObs: "Settings, Output, Bitrate: 6000 Kbps.",
    };
  },

  function bitRateTooLow({ steady, wanted }) {
    const most = Math.max(0, ...steady.map(({ megabitsPerSecond }) => megabitsPerSecond.most));
    if (steady.length === 0 || most >= wanted.megabitsPerSecond / 2) return undefined;
    return {
      kind: "bit-rate-too-low",
      severity: "warning",
      measured: `At most ${rounded(most)} Mbit/s come in.`,
      recommended: `${rounded(wanted.megabitsPerSecond)} Mbit/s or more, as the best rendition has.`,
      inObs: "Settings, Output, Bitrate: 6000 Kbps, if your uplink carries it.",
    };
  },

  function bitRateUnsteady({ steady }) {
    const isUnsteady = ({ megabitsPerSecond: { least, most } }: InputMinute) => least < most / 3;
    const worst = patternIn(steady, isUnsteady);
    if (!worst) return undefined;
    const { least, most } = worst.megabitsPerSecond;
    return {
      kind: "bit-rate-unsteady",
      severity: "warning",
      measured: `Within a minute ${rounded(least)} to ${rounded(most)} Mbit/s come in.`,
      recommended: "A constant bit rate.",
      inObs: "Settings, Output, Rate Control: CBR. If it is: a lower bit rate, or a cable rather than Wi-Fi.",
    };
  },

  function publisherChanged({ minutes }) {
    const first = minutes.findIndex(hasInput);
    const recent = first < 0 ? [] : minutes.slice(first + 1).slice(-NEWS_MINUTES);
    const arrivals = countIn(recent, ({ publishersArrived }) => publishersArrived);
    if (arrivals === 0) return undefined;
    return {
      kind: "publisher-changed",
      severity: "warning",
      measured: `The publisher went, and ${arrivals === 1 ? "one" : `${arrivals} in turn`} came: viewers saw a gap.`,
      recommended: "One encoder that stays connected. If nobody changed it, its line breaks.",
      inObs: "Settings, Advanced, Automatically Reconnect: on. A cable rather than Wi-Fi.",
    };
  },

  function publisherTurnedAway(facts) {
    const recent = facts.minutes.slice(-NEWS_MINUTES);
    const others = countIn(recent, ({ publishersTurnedAway }) => publishersTurnedAway);
    if (others === 0) return warnsOf("twoPublishers", facts) ? TWO_PUBLISHERS : undefined;
    return {
      kind: "publisher-turned-away",
      severity: "warning",
      measured: `Another encoder tried to publish while one is on the air, ${others === 1 ? "once" : `${others} times`}. It was turned away.`,
      recommended: "One encoder at a time. If you know no other, somebody has the key: change it.",
      inObs: "Stop Streaming, on whichever computer shouldn't be on the air.",
    };
  },

  function codecRefused(facts) {
    const refused = countIn(facts.minutes.slice(-NEWS_MINUTES), ({ codecsRefused }) => codecsRefused);
    if (refused === 0 && !warnsOf("undecodable", facts)) return undefined;
    return {
      kind: "codec-refused",
      severity: "error",
      measured:
        refused > 0
          ? "An encoder was turned away, for what it sends can't be decoded."
          : "MediaLive finds nothing in what comes in that it can decode.",
      recommended: "H.264 video and AAC audio.",
      inObs: "Settings, Output, Video Encoder: x264 or another H.264; Audio Encoder: AAC.",
    };
  },
];

/** MediaLive turns nobody away. */
const TWO_PUBLISHERS: ReturnType<Rule> = {
  kind: "publisher-turned-away",
  severity: "error",
  measured: "Two encoders send to the channel at once, and each spoils the other's picture.",
  recommended: "One encoder at a time. If you know no other, somebody has the key: change it.",
  inObs: "Stop Streaming, on whichever computer shouldn't be on the air.",
};
