/** A viewer's network location, apart from how it is found: only the authorizer needs that. */

/** Where a viewer is, as far as the tracker may know. The address can't be recovered from it. */
export interface Locality {
  /** A salted hash of the public address: the same for all viewers behind it. */
  readonly lan: string;
  /** Country and network (autonomous system), such as `DE-3320`; null when neither is known. */
  readonly net: string | null;
}

/** The locality of a viewer about whom nothing is known: alone behind an address of its own. */
export function unknownLocality(connectionId: string): Locality {
  return { lan: `~${connectionId}`, net: null };
}
