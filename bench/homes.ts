/** Sharing on real access lines: browsers in homes of their own, on and off in the same run. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../local/options.ts";
import { prepareScenarioFilm } from "./homes/film.ts";
import { openLab } from "./homes/lab.ts";
import { type Outcome, outcomeOf, type RunRecord } from "./homes/outcome.ts";
import { missingRequirement } from "./homes/requirements.ts";
import { playScenario } from "./homes/run.ts";
import { parseChoices } from "./homes/scenario.ts";
import { SCENARIOS } from "./homes/scenarios.ts";
import { type Compared, figuresOf, tableOf } from "./homes/table.ts";
import type { Mode } from "./homes/viewer-report.ts";
import { visitTable } from "./homes/visit-table.ts";
import type { Measurement } from "./measurement.ts";

export async function measure(words: readonly string[] = []): Promise<Measurement> {
  const { names, runs, details } = parseChoices(
    words,
    SCENARIOS.map(({ name }) => name),
  );
  const missing = missingRequirement();
  if (missing !== null) throw new UsageError(missing);
  const lab = openLab();
  if (details !== null) await mkdir(details, { recursive: true });
  const compared: Compared[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const film = await prepareScenarioFilm(scenario);
    const outcomes: Record<Mode, Outcome[]> = { on: [], off: [] };
    for (let run = 0; run < runs; run += 1) {
      // Who goes first changes, since the machine may change its mood.
      for (const mode of run % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const)) {
        const file = details === null ? null : join(details, `${scenario.name}-${mode}-${run + 1}.json`);
        const kept = file === null ? null : await keptRun(file);
        const record = kept ?? (await playScenario(lab, scenario, film, () => mode));
        outcomes[mode].push(outcomeOf(record));
        if (names.length > 0) console.log(`sharing ${mode}\n\n${visitTable(record)}\n`);
        if (file && !kept) await writeFile(file, JSON.stringify({ scenario, mode, ...record }));
      }
    }
    compared.push({ scenario, ...outcomes });
    console.log(`${tableOf(compared.slice(-1))}\n`);
  }
  return {
    title: "Homes: sharing on real access lines",
    method: `Chromium in network namespaces behind routers with NAT and emulated access lines, sharing on and off by turns; ${runs === 1 ? "one run" : `${runs} runs`} each: medians, and all values. 1.5 Mbit/s of video in 2 s segments, unless a home's line bears more. Freezes are gaps of more than half a second between frames on the screen, of all viewers together; copies are weighed by bytes; ping is that of the worst home; first frame, delay and played share are those of the worst viewer.`,
    table: tableOf(compared),
    figures: compared.flatMap(figuresOf),
    isPart: names.length > 0,
  };
}

/** A run that was measured into this file before, so that a measurement that was interrupted goes on; null if none was. */
async function keptRun(file: string): Promise<RunRecord | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return text === null ? null : JSON.parse(text);
}
