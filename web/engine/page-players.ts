/**
 * Gives each player of a page its own tracker address. The tracker client shares one socket per address and passes
 * each message to all its users, so two players of one stream would both answer each offer. The first player uses the
 * tracker's own address; the others add a number to it.
 */

export class PagePlayers {
  readonly #taken = new Set<number>();

  /** Takes the lowest free number, from 1. */
  take(): number {
    let number = 1;
    while (this.#taken.has(number)) number += 1;
    this.#taken.add(number);
    return number;
  }

  leave(number: number): void {
    this.#taken.delete(number);
  }

  address(tracker: string, number: number): string {
    if (number === 1) return tracker;
    const address = new URL(tracker);
    address.searchParams.set("player", `${number}`);
    return address.href;
  }
}
