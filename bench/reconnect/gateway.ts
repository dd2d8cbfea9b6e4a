/** API Gateway's limit on new connections: so many a second for an account and region; others are refused. */

import type { EventQueue } from "../event-queue.ts";

/** As much of a browser's WebSocket as a handshake and a close need. */
interface Socket {
  readyState: number;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
}

/** From the handshake to its answer. */
const HANDSHAKE_SECONDS = 0.2;

export class Gateway {
  /** The most new connections a second. */
  mostASecond = Number.POSITIVE_INFINITY;
  /** Handshakes by the second. */
  readonly handshakes = new Map<number, number>();
  refused = 0;
  /** When each connection was opened. */
  readonly opened: number[] = [];
  readonly #queue: EventQueue;
  readonly #open = new Set<Socket>();

  constructor(queue: EventQueue) {
    this.#queue = queue;
  }

  connect(socket: Socket): void {
    const second = Math.floor(this.#queue.now);
    const count = (this.handshakes.get(second) ?? 0) + 1;
    this.handshakes.set(second, count);
    const isRefused = count > this.mostASecond;
    if (isRefused) this.refused += 1;
    this.#queue.after(HANDSHAKE_SECONDS, () =>
      isRefused ? end(socket, socket.onerror) : this.#admit(socket),
    );
  }

  /** Closes every connection at once, as when their two hours end, and counts anew. */
  async cutAll(): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    this.handshakes.clear();
    this.opened.length = 0;
    for (const socket of open) await end(socket, socket.onclose);
  }

  #admit(socket: Socket): Promise<void> {
    socket.readyState = 1;
    this.#open.add(socket);
    this.opened.push(this.#queue.now);
    socket.onopen?.();
    return settle();
  }
}

function end(socket: Socket, tell: (() => void) | null): Promise<void> {
  socket.readyState = 3;
  tell?.();
  return settle();
}

/** The client's streams pass on in microtasks what happened. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
