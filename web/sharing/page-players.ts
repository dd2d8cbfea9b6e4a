/**
 * Tells the players of one page apart for the tracker. Its client opens one socket for each address and hands what
 * comes in to all who use it, so that two players of one stream would both take up each offer. The first player has
 * the tracker's own address, and the others a number in theirs.
 */

export class PagePlayers {
  readonly #taken = new Set<number>();

  /** The lowest number that no other player has, from 1. */
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
