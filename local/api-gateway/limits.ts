// What API Gateway allows on a WebSocket API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html

export interface Limits {
  /** A longer frame closes its connection with 1009. */
  readonly frameBytes: number;
  /** A longer message closes its connection with 1009; one that is posted is refused with 413. */
  readonly messageBytes: number;
  /** A connection on which no message goes either way for so long is closed with 1001. */
  readonly idleSeconds: number;
  /** A connection is closed with 1001 at this age, whatever happens on it. */
  readonly lifeSeconds: number;
}

export const LIMITS: Limits = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleSeconds: 10 * 60,
  lifeSeconds: 2 * 60 * 60,
};
