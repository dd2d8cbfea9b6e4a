/** Writes to CloudWatch Logs: one JSON object per line, without addresses, secrets or session descriptions. */

/** Logs what failed through no fault of a client. */
export function logFailure(what: string, error: unknown): void {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`${JSON.stringify({ level: "ERROR", message: what, cause })}\n`);
}

/** Prints a line of metrics as it is; Lambda's `console.log` would prefix words that CloudWatch can't parse. */
export function printMetrics(line: string): void {
  process.stdout.write(`${line}\n`);
}
