/** Puts a case's outcome into lines of the results; only Shoal is held to bounds. */

import { atMost, type Figure } from "../measurement.ts";
import type { Case } from "./cases.ts";
import type { Outcome } from "./measure.ts";
import type { Player } from "./viewer-report.ts";

const NAMES: Readonly<Record<Player, string>> = {
  shoal: "Shoal",
  "engine-defaults": "the engine at its defaults",
  plain: "plain hls.js",
};

export function figuresOf(known: Case, player: Player, outcome: Outcome): Figure[] {
  const name = NAMES[player];
  const isHeld = player === "shoal";
  const copies = (value: number) => `${value.toFixed(2)} copies of each segment`;
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const { stalls, stalledSeconds, shareFromPeers, delaySeconds } = outcome;
  const share = `${Math.round(shareFromPeers * 100)} % of segments from peers`;
  const stalled = `stalled, ${name} (${stalls} times)`;
  return [
    isHeld && known.mostCopies !== undefined
      ? atMost(`from the CDN, ${name}`, outcome.copies, known.mostCopies, copies)
      : { what: `from the CDN, ${name}`, value: copies(outcome.copies) },
    isHeld
      ? atMost(stalled, stalledSeconds, known.mostStalledSeconds ?? 0, seconds)
      : { what: stalled, value: seconds(stalledSeconds) },
    { what: `whole session, ${name}`, value: `${share}; ${delaySeconds.toFixed(1)} s behind live` },
  ];
}
