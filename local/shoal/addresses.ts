/** Finds the host names under which this machine is reached. */

import { networkInterfaces } from "node:os";

/** Host names for a listening address: localhost first, then this machine's addresses in its networks. */
export function reachableHosts(host: string, interfaces = networkInterfaces()): string[] {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  if (!isEverywhere) return [host.includes(":") ? `[${host}]` : host];
  const inNetwork = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  return ["localhost", ...inNetwork];
}
