/** What viewers fetch from the CDN: Shoal, beside the same engine at its defaults and plain hls.js in the same run. */

import type { Measure, Measurement } from "./measurement.ts";

/** Real browsers on the local stack, a case for each situation; then what no browsers can show. */
const BROWSER_CASES = [
  "delay-8",
  "delay-6",
  "arrivals",
  "ring",
  "churn",
  "slow-fetcher",
  "slow-fetches",
  "slow-uplink",
  "tracker-down",
  "no-webrtc",
  "cdn-down",
];

/** Measurements by name, each loaded only when it is run. */
export const swarmMeasurements: Readonly<Record<string, () => Promise<{ measure: Measure }>>> = {
  ...Object.fromEntries(
    BROWSER_CASES.map((name) => [`swarm-${name}`, async () => ({ measure: () => measureCase(name) })]),
  ),
  "swarm-first-frame": () => import("./swarm/first-frame.ts"),
  "swarm-signing": () => import("./swarm/signing.ts"),
  "swarm-simulation": () => import("./swarm/thousand.ts"),
  "swarm-home-lines": () => import("./swarm/home-lines.ts"),
};

const MACHINE = "The video is 160x90 at 10 frames/s and 200 kbit/s, so that two cores carry all browsers.";

async function measureCase(name: string): Promise<Measurement> {
  const { CASES } = await import("./swarm/cases.ts");
  const { figuresOf } = await import("./swarm/figures.ts");
  const known = CASES[name];
  if (!known) throw new Error(`There is no case ${name}`);
  const figures = [];
  for (const player of known.players) figures.push(...figuresOf(known, player, await known.run(player)));
  return { title: `Swarm: ${known.title}`, method: `${known.method} ${MACHINE}`, figures };
}
