/** Adds a stream address's signature to its segments: relative addresses in a playlist don't inherit the query. */

/** `address` with those query parameters of `signed` that it lacks, if both have the same origin. */
export function withQueryOf(signed: string, address: string): string {
  if (!signed.includes("?")) return address;
  const from = new URL(signed);
  const to = new URL(address, signed);
  if (to.origin !== from.origin) return address;
  for (const [name, value] of from.searchParams) {
    if (!to.searchParams.has(name)) to.searchParams.append(name, value);
  }
  return to.href;
}
