/** Explains in one sentence what keeps Shoal from starting, if the person can change it. */

import { type StartOptions, UsageError } from "../options.ts";
import { ParameterError } from "../template.ts";

/** The explanation; undefined for an error in the program itself. */
export function explainStartError(
  error: unknown,
  options: Pick<StartOptions, "rtmpPort" | "srtPort" | "channelClass">,
): string | undefined {
  if (error instanceof UsageError || error instanceof ParameterError) return error.message;
  if (!(error instanceof Error)) return undefined;
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  const { rtmpPort, srtPort, channelClass } = options;
  const isForRtmp = port === rtmpPort || (channelClass === "STANDARD" && port === rtmpPort + 1);
  const other = port === srtPort ? "--srt-port" : "--port";
  const option = isForRtmp ? "--rtmp-port" : other;
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} is taken by another program: end it, or choose another port with ${option}.`;
    case "EACCES":
      return `Port ${port} may not be opened by this user: choose one above 1023 with ${option}.`;
    case "EADDRNOTAVAIL":
      return `${address} is not an address of this machine: choose another with --host.`;
    default:
      return explainStartError(error.cause, options);
  }
}
