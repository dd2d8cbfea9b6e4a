/** Limits the reports of each viewer, in each instance: what comes too often is refused before it costs a write. */

/** A report in four minutes, those of a page that is left and opened again, and of several players on a page. */
const MOST_IN_A_MINUTE = 6;

export class ViewerLimit {
  readonly #counts = new Map<string, number>();
  #minute = 0;

  /** Counts a report; returns whether it is within the limit. */
  allows(viewer: string, minute: number): boolean {
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(viewer) ?? 0) + 1;
    this.#counts.set(viewer, count);
    return count <= MOST_IN_A_MINUTE;
  }
}
