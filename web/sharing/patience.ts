/**
 * What a viewer has learned about waiting as a fetcher. Where everyone is connected with everyone, nobody else
 * ever fetches and holding back is vain; in a large swarm it nearly always pays.
 */

const HARDLY_ANY = 0.05;

export class Patience {
  /** Share of the longest wait that this viewer is ready for, 0 to 1; waiting costs no copy, so it starts whole. */
  #share = 1;

  get share(): number {
    return this.#share < HARDLY_ANY ? 0 : this.#share;
  }

  /** The segment came from a peer while this viewer held back. */
  paid(): void {
    this.#share = Math.min(1, this.#share * 1.25 + 0.1);
  }

  /** Nobody else had fetched it. */
  wasted(): void {
    this.#share *= 0.6;
  }
}
