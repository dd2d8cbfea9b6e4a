/**
 * `npm run deploy`: builds the stack with SAM, tells the edge function which pages were built, and deploys. What follows
 * `--` goes to `sam deploy`.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtPaths, withPageDigests } from "../functions/site/page-digests.ts";

const args = process.argv.slice(2);
/** A profile of samconfig.toml applies to the build, too. */
const profile = args.flatMap((arg, index) =>
  arg === "--config-env" ? [arg, args[index + 1] ?? ""] : arg.startsWith("--config-env=") ? [arg] : [],
);

/** Where SAM builds. */
const BUILT = join(".aws-sam", "build");

/** As the stack's own function says, but before anything is built. */
const LONGEST_STACK_NAME = 43;
const stackName = optionValue("--stack-name");

if (stackName !== undefined && stackName.length > LONGEST_STACK_NAME) {
  console.error(
    `The stack's name ${stackName} has ${stackName.length} characters, but may have at most ${LONGEST_STACK_NAME}.`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = sam(["build", ...profile]) || namePages() || sam(["deploy", ...args]);
}

/** Fills the pages' digests into the template that SAM deploys. Returns an exit code. */
function namePages(): number {
  const folder = join(BUILT, "SiteFunction", "pages");
  const template = join(BUILT, "template.yaml");
  if (!existsSync(folder) || !existsSync(template)) {
    console.error(`sam build left no pages in ${folder}, or no ${template}.`);
    return 1;
  }
  const before = readFileSync(template, "utf8");
  const after = withPageDigests(before, builtPaths(folder), Math.floor(Date.now() / 1000));
  if (after === before) {
    console.error(`${template} has no place for the pages' digests.`);
    return 1;
  }
  writeFileSync(template, after);
  return 0;
}

/** An option's value, in either spelling. */
function optionValue(option: string): string | undefined {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  const [, after] = args[at]?.split("=", 2) ?? [];
  return after ?? (at < 0 ? undefined : args[at + 1]);
}

/** Returns SAM's exit code. */
function sam(words: readonly string[]): number {
  const { error, status } = spawnSync("sam", words, { stdio: "inherit" });
  if (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    console.error(
      isMissing
        ? "The SAM CLI isn't installed. Install it with pip install aws-sam-cli, or as docs/deploy.md says."
        : `sam ${words[0]} couldn't be run: ${error.message}`,
    );
    return 1;
  }
  return status ?? 1;
}
