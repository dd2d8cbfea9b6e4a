/**
 * Makes every mutation of the template, first under the wiring's rules, then under the services' models, and prints
 * what was noticed by whom. Fails when a mutation survives that nobody explains. Wants Python's tools in PATH.
 */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { declared } from "../../test/stack/template/source.ts";
import { changedResources, tryMutations } from "../../test/wiring/mutation-run.ts";
import type { Mutation } from "../../test/wiring/mutations.ts";
import { explanationOf, staleExplanations } from "../../test/wiring/survivors.ts";
import { readWiredCode } from "../../test/wiring/wiring.ts";

const MODELS = "botocore's models of the services";

const outcomes = tryMutations(declared, await readWiredCode());
const unnoticed = outcomes.filter(({ killedBy }) => killedBy === undefined).map(({ mutation }) => mutation);
const complaints = validate(unnoticed);
const survivors = unnoticed.filter((_, index) => complaints[index]?.length === 0);

const killers = Map.groupBy(
  outcomes.flatMap(({ killedBy }) => killedBy ?? []),
  (rule) => rule,
);
const counts = [...killers].map(([rule, killed]): [string, number] => [rule, killed.length]);
counts.push([MODELS, unnoticed.length - survivors.length]);
print("Noticed by", counts);

const explained = Map.groupBy(survivors, (each) => explanationOf(each) ?? "nobody explains it");
for (const [because, mutations] of explained) {
  console.log(`\nSurvived: ${because}`);
  for (const { name } of mutations) console.log(`  ${name.slice(0, 140)}`);
}
const unexplained = survivors.filter((each) => explanationOf(each) === undefined);
const stale = staleExplanations(survivors);
for (const because of stale)
  console.log(`\nNothing survives any more for which the explanation is: ${because}`);
console.log(
  `\n${unexplained.length + stale.length === 0 ? "✓" : "✗"} ${outcomes.length} mutations: ` +
    `${outcomes.length - survivors.length} noticed, ${survivors.length} survived, ${unexplained.length} unexplained`,
);
process.exitCode = unexplained.length + stale.length === 0 ? 0 : 1;

/** The complaints about what each mutation changes. */
function validate(mutations: readonly Mutation[]): string[][] {
  const script = fileURLToPath(new URL("validate_requests.py", import.meta.url));
  const input = JSON.stringify(mutations.map((mutation) => changedResources(declared, mutation)));
  const { stdout, stderr, status } = spawnSync("python", [script, "--cases"], { input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`validate_requests.py failed: ${stderr}`);
  return JSON.parse(stdout.toString());
}

function print(title: string, rows: readonly [string, number][]): void {
  console.log(title);
  for (const [what, count] of rows.toSorted((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(5)}  ${what}`);
}
