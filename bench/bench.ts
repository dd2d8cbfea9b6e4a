/** Runs all measurements, or those that are named, and writes their results to bench/RESULTS.md. */

import { readFile, writeFile } from "node:fs/promises";
import { UsageError } from "../local/options.ts";
import type { Measure } from "./measurement.ts";
import { sectionFor, withSection } from "./results.ts";
import { swarmMeasurements } from "./swarm.ts";

/** In the order of the results. Each is loaded only when it runs, so that it doesn't affect the others. */
const MEASUREMENTS: Readonly<Record<string, () => Promise<{ measure: Measure }>>> = {
  price: () => import("./price.ts"),
  speed: () => import("./speed.ts"),
  handler: () => import("./handler.ts"),
  "cold-start": () => import("./cold-start.ts"),
  memory: () => import("./memory.ts"),
  mesh: () => import("./mesh.ts"),
  "half-million": async () => ({ measure: (await import("./mesh.ts")).measureHalfMillion }),
  reconnect: () => import("./reconnect.ts"),
  insights: () => import("./insights.ts"),
  guard: () => import("./guard.ts"),
  "insights-made-up": () => import("./insights-made-up.ts"),
  "real-viewers": () => import("./real-viewers.ts"),
  "reports-toll": () => import("./reports-toll.ts"),
  attacks: () => import("./attacks.ts"),
  "first-frame": () => import("./first-frame.ts"),
  "media-real-time": () => import("./media-real-time.ts"),
  "media-memory": () => import("./media-memory.ts"),
  ...swarmMeasurements,
  homes: () => import("./homes.ts"),
};

/** Measurements that take too long to run with the others, or need root. */
const ONLY_WHEN_NAMED: ReadonlySet<string> = new Set(["half-million", "homes"]);

/** Measurements that read the rest of the command line themselves. */
const READ_WORDS: ReadonlySet<string> = new Set(["homes"]);

const RESULTS_FILE = new URL("RESULTS.md", import.meta.url);

const [first = "", ...rest] = process.argv.slice(2);
const words = READ_WORDS.has(first) ? rest : [];
const wanted = process.argv.slice(2, words.length > 0 ? 3 : undefined);
/** Whether `by` is the name of a measurement, or the first words of it. */
const isNamed = (name: string, by: string): boolean => name === by || name.startsWith(`${by}-`);
const unknown = wanted.filter((by) => !Object.keys(MEASUREMENTS).some((name) => isNamed(name, by)));
if (unknown.length > 0) {
  console.error(
    `There is no measurement called ${unknown.join(", ")}. These exist: ${Object.keys(MEASUREMENTS).join(", ")}.`,
  );
  process.exit(2);
}
for (const [name, load] of Object.entries(MEASUREMENTS)) {
  const isWanted = wanted.length > 0 ? wanted.some((by) => isNamed(name, by)) : !ONLY_WHEN_NAMED.has(name);
  if (!isWanted) continue;
  const { measure } = await load();
  const measurement = await measure(words).catch(explain);
  const section = sectionFor(name, measurement);
  // Read again each time, since another run may have written in the meantime.
  if (!measurement.isPart) await writeFile(RESULTS_FILE, withSection(await readResults(), name, section));
  console.log(`${section}\n`);
}
if (words.length === 0) console.log((await readResults()).trimEnd().split("\n").at(-1));

/** What a person can mend is said in a sentence. */
function explain(error: unknown): never {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(2);
}

function readResults(): Promise<string> {
  return readFile(RESULTS_FILE, "utf8").catch(() => "");
}
