/**
 * What a viewer has learned about holding back as a fetcher. Where everyone is connected with everyone, nobody else
 * fetches and waiting is in vain; in a large swarm it nearly always saves a copy.
 */

const HARDLY_ANY = 0.05;

export class HoldBack {
  #share = 1;

  /** Share of the longest hold-back that this viewer waits, 0 to 1. It starts at 1, since waiting costs no copy. */
  get share(): number {
    return this.#share < HARDLY_ANY ? 0 : this.#share;
  }

  /** The segment came from a peer while this viewer held back. */
  paidOff(): void {
    this.#share = Math.min(1, this.#share * 1.25 + 0.1);
  }

  /** Nobody else had fetched the segment. */
  wasInVain(): void {
    this.#share *= 0.6;
  }
}
