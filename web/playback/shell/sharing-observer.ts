/** The interface between StreamSharing and whoever looks on, as the debug view does. */

import type { EngineView } from "../../engine/engine-view.ts";
import type { SegmentScheduler } from "../../sharing/scheduler.ts";
import type { SchedulerCommand, SchedulerEvent } from "../../sharing/scheduler-events.ts";

/** Told of each event, and of what is to be done about it, before that is done. It looks on, and changes nothing. */
export type SharingObserver = (handled: Handled) => void;

export interface Handled {
  readonly event: SchedulerEvent;
  readonly commands: readonly SchedulerCommand[];
  readonly scheduler: SegmentScheduler;
  /** Null until the engine runs. */
  readonly engine: EngineView | null;
}
