/** `npm run deploy`: builds the stack with SAM and deploys it. What follows `--` goes to `sam deploy`. */

import { spawnSync } from "node:child_process";

const args = process.argv.slice(2);
/** A profile of samconfig.toml applies to the build, too. */
const profile = args.flatMap((arg, index) =>
  arg === "--config-env" ? [arg, args[index + 1] ?? ""] : arg.startsWith("--config-env=") ? [arg] : [],
);

process.exitCode = sam(["build", ...profile]) || sam(["deploy", ...args]);

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
