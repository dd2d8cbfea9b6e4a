/** What the studio's API tells of the webhook. */

import type { Delivery } from "../record/delivery.ts";

export interface WebhookState {
  /** Empty if there is none. */
  readonly address: string;
  /** For owners alone. */
  readonly secret: string | null;
  /** The newest first. */
  readonly deliveries: readonly Delivery[];
}
