/** Keeps what a stream's address was signed with: relative addresses in a playlist don't inherit its query. */

/** `address` with the query parameters of `signed` that it lacks, where both are of one origin. */
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
