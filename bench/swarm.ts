/** `npm run bench:swarm [-- CASE…]`: what viewers fetch from the CDN, against the engine's defaults and plain hls.js. */

import { CASES } from "./swarm/cases.ts";
import type { Outcome } from "./swarm/measure.ts";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CASES.some((known) => known.name === name));
if (unknown.length > 0) {
  console.error(`There is no case ${unknown.join(", ")}. Cases: ${CASES.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

console.log("| case | player | copies | from peers | stalls | stalled | delay |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
let isAllMet = true;
for (const { name, title, bound, players, run, isMet } of CASES) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const player of players) {
    const outcome = await run(player);
    console.log(`| ${title} | ${player} | ${cells(outcome)} |`);
    if (player !== "shoal") continue;
    const verdict = isMet(outcome) ? "met" : "NOT MET";
    isAllMet &&= isMet(outcome);
    console.log(`| ↳ bound: ${bound} | **${verdict}** | | | | | |`);
  }
}
process.exitCode = isAllMet ? 0 : 1;

function cells({ copies, segments, shareFromPeers, stalls, stalledSeconds, delaySeconds }: Outcome): string {
  return [
    `${copies.toFixed(2)} (of ${segments})`,
    `${Math.round(shareFromPeers * 100)} %`,
    stalls,
    `${stalledSeconds.toFixed(1)} s`,
    `${delaySeconds.toFixed(1)} s`,
  ].join(" | ");
}
