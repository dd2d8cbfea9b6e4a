// Says in one sentence what keeps Shoal from starting, when it is something that the person can change.

import type { StartOptions } from "../options.ts";

/** The sentence; undefined for an error that is the program's own. */
export function sentenceFor(
  error: unknown,
  { port, rtmpPort }: Pick<StartOptions, "port" | "rtmpPort">,
): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "UsageError" || error.name === "ParameterError") return error.message;
  const {
    code,
    port: failed,
    address,
  } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  const option = failed === rtmpPort && failed !== port ? "--rtmp-port" : "--port";
  switch (code) {
    case "EADDRINUSE":
      return `Port ${failed} is taken by another program: end it, or choose another port with ${option}.`;
    case "EACCES":
      return `Port ${failed} may not be opened by this user: choose one above 1023 with ${option}.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${address ?? "The address"} is not an address of this machine: choose another with --host.`;
    default:
      return undefined;
  }
}
