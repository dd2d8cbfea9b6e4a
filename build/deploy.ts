/** `npm run deploy`: builds the stack with SAM and deploys it. What follows `--` goes to `sam deploy`. */

import { spawnSync } from "node:child_process";

const args = process.argv.slice(2);
/** A profile of samconfig.toml applies to the build, too. */
const profile = args.flatMap((arg, index) =>
  arg === "--config-env" ? [arg, args[index + 1] ?? ""] : arg.startsWith("--config-env=") ? [arg] : [],
);

/** As the stack's own function says, but before anything is built. */
const LONGEST_STACK_NAME = 43;
const stackName = optionValue("--stack-name");

if (stackName !== undefined && stackName.length > LONGEST_STACK_NAME) {
  console.error(
    `The stack's name ${stackName} has ${stackName.length} characters, but may have at most ${LONGEST_STACK_NAME}.`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = sam(["build", ...profile]) || sam(["deploy", ...args]);
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
