/** Rules about what becomes of the input: encoder, packager, edge. */

import { otherAlerts } from "../alerts.ts";
import { countIn, hasInput, patternIn, type Rule, rounded } from "../minutes.ts";

/** The packager's metrics come later than the encoder's, so the newest minute says nothing. */
const STALE_MINUTES = 3;
const NEWS_MINUTES = 3;
/** More would fill a screen. */
const ALERTS_TOLD = 3;
/** Of a hundred answers, so many may fail by the way. */
const EDGE_ERROR_PERCENT = 1;

export const OUTPUT_RULES: readonly Rule[] = [
  function framesDropped({ steady }) {
    const dropped = steady.reduce((sum, { droppedFrames }) => sum + droppedFrames, 0);
    if (dropped === 0) return undefined;
    return {
      kind: "frames-dropped",
      severity: "error",
      measured: `The channel's encoder left out ${dropped} frames: it is too slow.`,
      recommended: "Nothing that OBS sends explains it: stop the channel and start it again.",
      inObs: "",
    };
  },

  function encoderAlerts(facts) {
    const alerts = otherAlerts(facts);
    if (alerts.length === 0) return undefined;
    const told = alerts.slice(0, ALERTS_TOLD).map(({ type, message }) => `${type} (${message})`);
    return {
      kind: "encoder-alerts",
      severity: "warning",
      measured: `MediaLive warns: ${told.join(", ")}.`,
      recommended: "If viewers see it: stop the channel and start it again.",
      inObs: "",
    };
  },

  function playlistsStale({ minutes }) {
    const before = minutes.slice(0, -1).slice(-STALE_MINUTES);
    const isStale =
      before.length === STALE_MINUTES && before.every((each) => hasInput(each) && each.segments === 0);
    if (!isStale) return undefined;
    return {
      kind: "playlists-stale",
      severity: "error",
      measured: `The packager has got no segment for ${STALE_MINUTES} minutes: viewers' playlists stand still.`,
      recommended: "Nothing that OBS sends explains it: stop the channel and start it again.",
      inObs: "",
    };
  },

  function packagerErrors({ minutes }) {
    const errors = countIn(minutes.slice(-NEWS_MINUTES), ({ outputErrors }) => outputErrors);
    if (errors === 0) return undefined;
    return {
      kind: "packager-errors",
      severity: "error",
      measured: `The packager refused or failed ${errors === 1 ? "a request" : `${errors} requests`} of the encoder: segments may be missing.`,
      recommended: "If it goes on: stop the channel and start it again.",
      inObs: "",
    };
  },

  function edgeErrors({ minutes }) {
    const worst = patternIn(minutes, ({ edgeErrorPercent }) => (edgeErrorPercent ?? 0) >= EDGE_ERROR_PERCENT);
    if (!worst) return undefined;
    return {
      kind: "edge-errors",
      severity: "error",
      measured: `${rounded(Number(worst.edgeErrorPercent))} % of what viewers ask of the CDN fails.`,
      recommended: "Nothing that OBS sends explains it: look at the dashboard, and at AWS's health page.",
      inObs: "",
    };
  },
];
