// Runs the measurements, all or those that are named, and keeps their results in bench/RESULTS.md.

import { readFile, writeFile } from "node:fs/promises";
import type { Measure } from "./measurement.ts";
import { sectionFor, withSection } from "./results.ts";
import { swarmMeasurements } from "./swarm.ts";

/** In the order of the results. Loaded only when run, so that one measurement doesn't weigh on another. */
const measurements: Readonly<Record<string, () => Promise<{ measure: Measure }>>> = {
  price: () => import("./price.ts"),
  speed: () => import("./speed.ts"),
  handler: () => import("./handler.ts"),
  "cold-start": () => import("./cold-start.ts"),
  memory: () => import("./memory.ts"),
  mesh: () => import("./mesh.ts"),
  "half-million": async () => ({ measure: (await import("./mesh.ts")).measureHalfMillion }),
  "media-real-time": () => import("./media-real-time.ts"),
  "media-memory": () => import("./media-memory.ts"),
  ...swarmMeasurements,
};

/** Takes too long to run with the others. */
const onlyWhenNamed: ReadonlySet<string> = new Set(["half-million"]);

const resultsFile = new URL("RESULTS.md", import.meta.url);

const wanted = process.argv.slice(2);
/** A name, or the first word of several. */
const isNamed = (name: string, by: string): boolean => name === by || name.startsWith(`${by}-`);
const unknown = wanted.filter((by) => !Object.keys(measurements).some((name) => isNamed(name, by)));
if (unknown.length > 0) {
  console.error(
    `There is no measurement ${unknown.join(", ")}. There are: ${Object.keys(measurements).join(", ")}.`,
  );
  process.exit(2);
}
for (const [name, load] of Object.entries(measurements)) {
  const isWanted = wanted.length > 0 ? wanted.some((by) => isNamed(name, by)) : !onlyWhenNamed.has(name);
  if (!isWanted) continue;
  const { measure } = await load();
  const section = sectionFor(name, await measure());
  // Read again each time: another run may have written meanwhile.
  await writeFile(resultsFile, withSection(await readResults(), name, section));
  console.log(`${section}\n`);
}
console.log((await readResults()).trimEnd().split("\n").at(-1));

function readResults(): Promise<string> {
  return readFile(resultsFile, "utf8").catch(() => "");
}
