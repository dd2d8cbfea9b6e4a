/** A notice on its way to a webhook, as the studio shows it. */

import type { ShowEvent } from "./show.ts";

export interface Delivery {
  readonly id: string;
  readonly event: ShowEvent;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  /** When it is tried next, in milliseconds since the epoch; null if it isn't. */
  readonly dueAt: number | null;
  /** When it was last tried; null before. */
  readonly triedAt: number | null;
  /** What the receiver said then, or why it said nothing. */
  readonly answer: string;
}
