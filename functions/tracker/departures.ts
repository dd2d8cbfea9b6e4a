/** Frees seats: one that its viewer gives up, or all of a connection that is closed. */
import type { LoadControl } from "./load.ts";
import type { Metrics } from "./metrics.ts";
import { unlessThrottled } from "./shedding.ts";
import type { Connection, Swarms } from "./swarms.ts";

/** Told of what failed through no fault of a client. */
export type ReportFailure = (what: string, error: unknown) => void;

export class Departures {
  readonly #swarms: Swarms;
  readonly #load: LoadControl;
  readonly #metrics: Metrics;
  readonly #report: ReportFailure;

  constructor(swarms: Swarms, load: LoadControl, metrics: Metrics, report: ReportFailure) {
    this.#swarms = swarms;
    this.#load = load;
    this.#metrics = metrics;
    this.#report = report;
  }

  /** Frees all seats of a closed connection. Never rejects. */
  async leaveAll(connection: Connection): Promise<void> {
    this.#load.forget(connection.id);
    try {
      const freed = await unlessThrottled(this.#swarms.leaveAll(connection), 0, this.#metrics);
      this.#metrics.count("SeatsLeft", freed);
    } catch (error) {
      this.#report("seats were not freed", error);
    }
  }

  /** Frees one seat. If the store is throttled, the seat lapses later, or the first offer to it finds nobody. */
  async leave(infoHash: string, peerId: string, connection: Connection): Promise<void> {
    const left = this.#swarms.leave(infoHash, peerId, connection);
    if (await unlessThrottled(left, false, this.#metrics)) this.#metrics.count("SeatsLeft");
  }
}
