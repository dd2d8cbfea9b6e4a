/** Keeps one instance's view of the pace: counts its reports into the table once a second, and reads there what all made. */

import { Overtaken } from "../record/dynamodb.ts";
import type { KeptReport } from "./kept-report.ts";
import { FIRST_PACE, type KeptPace, type Pace, paceAfter, paceOf, windowAt } from "./pace.ts";
import type { PaceStore } from "./pace-store.ts";
import { isAsked } from "./viewer-share.ts";

/** Reports within this of the last write are counted by the next. */
const LEAST_SECONDS = 1;

export type CountedReport = Pick<KeptReport, "viewer" | "isLast" | "number" | "standsFor">;

export class Pacekeeper {
  readonly #store: PaceStore;
  #pace: KeptPace = FIRST_PACE;
  #ramp = 1;
  #uncounted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(store: PaceStore) {
    this.#store = store;
  }

  /** Counts a viewer's report if it belongs to the pace, and resolves to the pace from now on. `now` is in seconds. */
  async count({ viewer, isLast, number, standsFor }: CountedReport, now: number): Promise<Pace> {
    // Who comes and goes is the first sign of a crowd; who goes after a while needs no other pace.
    const belongs = !isLast || number === 0;
    if (belongs && isAsked(viewer, this.#pace.probability / standsFor)) this.#uncounted += 1;
    if (now - this.#countedAt >= LEAST_SECONDS) await this.#agree(now);
    return paceOf(this.#pace, this.#ramp);
  }

  async #agree(now: number): Promise<void> {
    const by = this.#uncounted;
    this.#uncounted = 0;
    this.#countedAt = now;
    const window = windowAt(now);
    const [counted, { pace, version }, ramp] = await Promise.all([
      this.#store.countReports(window, by, now),
      this.#store.readPace(),
      this.#store.readRamp(now),
    ]);
    this.#ramp = ramp;
    // The table adds one instance after the other, so of all that count only one sees a window fill.
    this.#pace = paceAfter(pace, { window, counted, before: counted - by });
    if (this.#pace === pace) return;
    await this.#store.writePace(this.#pace, version).catch((error: unknown) => {
      if (!(error instanceof Overtaken)) throw error;
    });
  }
}
