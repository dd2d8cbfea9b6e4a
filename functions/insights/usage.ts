/** What was watched, as far as it costs something. */

export interface Usage {
  readonly hoursWatched: number;
  readonly gigabytesFromCdn: number;
  readonly gigabytesFromPeers: number;
}
