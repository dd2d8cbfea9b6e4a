/** Lambda handlers for lambda.test.ts: one that echoes, fails, hangs, … */

export async function echo(event: unknown): Promise<unknown> {
  return { event, variable: process.env["VARIABLE"] ?? null, home: process.env["HOME"] ?? null };
}

export async function fail(): Promise<never> {
  throw new Error("the handler's own words");
}

export async function hang(event: { seconds: number }): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, event.seconds * 1000));
  return "done";
}

export async function grow(event: { bytes: number }): Promise<string> {
  return "x".repeat(event.bytes);
}

export async function talk(): Promise<void> {
  console.log("a line of log");
}

let invocations = 0;

export async function count(): Promise<number> {
  invocations += 1;
  return invocations;
}
