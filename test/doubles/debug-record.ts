/** A debug record of a scheduler that tests drive, as web/debug/live.ts keeps it. */

import { DebugRecord } from "../../web/debug/debug-record.ts";
import type { EngineView } from "../../web/engine/engine-view.ts";
import { StatsCounter } from "../../web/playback/stats.ts";
import { SegmentScheduler } from "../../web/sharing/scheduler.ts";
import type { SchedulerCommand, SchedulerEvent } from "../../web/sharing/scheduler-events.ts";
import { ann } from "./stream.ts";

export const EPOCH_MS = 1_800_000_000_000;

export class RecordRig {
  readonly scheduler = new SegmentScheduler(ann, () => 0.5);
  readonly counter = new StatsCounter();
  readonly record = new DebugRecord({ at: 10_000, epochMs: EPOCH_MS, stats: this.counter.read(10) });
  engine: EngineView | null = null;
  /** In seconds. */
  now = 10;

  /** Tells the scheduler and the record. Returns what the scheduler wants done. */
  tell(event: SchedulerEvent): SchedulerCommand[] {
    const commands = this.scheduler.handle(event, this.now);
    const { scheduler, engine } = this;
    this.record.handled({ event, commands, scheduler, engine }, this.now * 1000);
    return commands;
  }

  /** A viewer that shares, plays and has no peers yet. */
  plays(positionSeconds: number | null = 0): void {
    const settings = {
      shares: true,
      fetchesAhead: true,
      peerWindowSeconds: 12,
      segmentSeconds: 2,
      signs: false,
    };
    this.tell({ type: "settings", settings });
    this.tell({ type: "playhead", positionSeconds, bufferSeconds: 4 });
  }

  /** The addresses that commands fetch, with the scheduler's names for the fetches. */
  static fetchesIn(commands: readonly SchedulerCommand[]) {
    return commands.flatMap((command) => (command.type === "fetch" ? [command] : []));
  }

  file(error: string | null = null) {
    return this.record.file({
      at: this.now * 1000,
      stats: this.counter.read(this.now),
      mode: "on",
      error,
      browser: "Mozilla/5.0 Chrome/140.0.0.0",
    });
  }
}
