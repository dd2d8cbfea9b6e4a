/**
 * API Gateway's limits of a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */

export interface Limits {
  /** A longer frame closes its connection with 1009. */
  readonly frameBytes: number;
  /** A longer message closes its connection with 1009; one that is posted is refused with 413. */
  readonly messageBytes: number;
  /** A connection without a message in either direction for this long is closed with 1001. */
  readonly idleSeconds: number;
  /** A connection of this age is closed with 1001, active or not. */
  readonly lifeSeconds: number;
}

export const LIMITS: Limits = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleSeconds: 10 * 60,
  lifeSeconds: 2 * 60 * 60,
};
