/** A viewer's network location, apart from how it is found: only the authorizer needs that. */

/** Where a viewer is, as far as the tracker may know. */
export interface Locality {
  /**
   * A salted hash of the public address: the same for all viewers behind it. It keeps the address from being read, not
   * from being found: there are 2^32 IPv4 addresses, so whoever knows the deployment's salt can try them all.
   */
  readonly lan: string;
  /** Country and network (autonomous system), such as `DE-3320`; null when neither is known. */
  readonly net: string | null;
}

/** The locality of a viewer about whom nothing is known: alone behind an address of its own. */
export function unknownLocality(connectionId: string): Locality {
  return { lan: `~${connectionId}`, net: null };
}
