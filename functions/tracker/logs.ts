// Writes to CloudWatch: one JSON object a line, without addresses, secrets or session descriptions.

/** Notes what failed and was not a client's fault. */
export function logFailure(what: string, error: unknown): void {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`${JSON.stringify({ level: "ERROR", message: what, cause })}\n`);
}

/** Prints a line of figures as it is: Lambda's `console.log` would put words before it that CloudWatch can't read. */
export function printFigures(line: string): void {
  process.stdout.write(`${line}\n`);
}
