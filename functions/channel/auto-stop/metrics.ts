// What auto-stop needs to know about a channel's last minutes.

import type { Minute } from "./idleness.ts";

export interface Metrics {
  /** One entry for each of the last minutes that anything is known about. */
  lastMinutes(channelId: string, minutes: number): Promise<readonly Minute[]>;
}
