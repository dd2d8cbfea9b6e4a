// Counts what the tracker does, and prints it for CloudWatch: one line a minute for each running instance.

export class Figures {
  readonly #counts = new Map<string, number>();

  count(name: string, by = 1): void {
    if (by !== 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }
}
