/** One open connection: splits what it sends into frames, and closes when it has been idle or open too long. */

import type { WebSocket } from "ws";
import type { AuthorizerContext, Caller, Ending } from "./events.ts";
import type { Limits } from "./limits.ts";

/** The real service's reasons for closing, and for a close of the client's without a reason. */
const GOING_AWAY: Ending = { code: 1001, reason: "Going away" };
const CLOSED_NORMALLY: Ending = { code: 1000, reason: "Connection Closed Normally" };
const NO_STATUS: Ending = { code: 1005, reason: "Client-side close frame status not set" };

export const BINARY_REFUSED: Ending = { code: 1003, reason: "Binary frames are not supported" };
export const TOO_LONG: Ending = { code: 1009, reason: "Message too long" };

export class Connection {
  readonly caller: Caller;
  readonly authorizer: AuthorizerContext | undefined;
  lastActiveAt = Date.now();
  readonly #socket: WebSocket;
  readonly #frameBytes: number;
  readonly #idle: NodeJS.Timeout;
  readonly #life: NodeJS.Timeout;
  /** How this side closed it; the client's close frame may say otherwise. */
  #ending: Ending | undefined;

  constructor(socket: WebSocket, caller: Caller, authorizer: AuthorizerContext | undefined, limits: Limits) {
    this.#socket = socket;
    this.caller = caller;
    this.authorizer = authorizer;
    this.#frameBytes = limits.frameBytes;
    this.#idle = setTimeout(() => this.close(GOING_AWAY), limits.idleSeconds * 1000);
    this.#life = setTimeout(() => this.close(GOING_AWAY), limits.lifeSeconds * 1000);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Resets the idle time: a message was sent or received. */
  touch(): void {
    this.lastActiveAt = Date.now();
    this.#idle.refresh();
  }

  /** Sends a text message, split into frames of the allowed length. */
  send(text: string | Buffer): void {
    this.touch();
    const bytes = Buffer.from(text);
    for (let at = 0; at === 0 || at < bytes.length; at += this.#frameBytes) {
      const end = at + this.#frameBytes;
      this.#socket.send(bytes.subarray(at, end), { binary: false, fin: end >= bytes.length });
    }
  }

  close(ending: Ending = CLOSED_NORMALLY): void {
    this.#ending ??= ending;
    this.#socket.close(ending.code, ending.reason);
  }

  /** How the connection ended, from the close that the socket reports. */
  end(code: number, reason: string): Ending {
    clearTimeout(this.#idle);
    clearTimeout(this.#life);
    if (this.#ending) return this.#ending;
    return code === NO_STATUS.code ? NO_STATUS : { code, reason };
  }
}
