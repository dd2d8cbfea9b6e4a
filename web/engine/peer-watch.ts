/**
 * Watches what a peer sends on one connection. The core takes whatever comes; a peer that sends more commands than
 * sharing needs, or more data than it was asked for, is reported once.
 */

import type { PeerConnection } from "./patched-core.ts";

/** How the core begins its own messages, as opposed to media. */
const COMMANDS = ["cstr", "dstr"];

/** Pacing makes no smaller message of a segment, but for its last (uplink-budget.ts). */
const SMALL_MESSAGE_BYTES = 1_000;

/** An honest peer sends a command with each change of what it holds, and three for each segment: some ten a second. */
const SMALL_MESSAGES_PER_SECOND = 60;
const SMALL_MESSAGES_AT_ONCE = 300;

/** What may still come after a transfer was cancelled, beyond the bytes that were asked for. */
const SPARE_BYTES = 512 * 1024;

const now = () => performance.now() / 1000;

/** Whether a message is one of the core's commands. */
export function isCommand(message: Uint8Array): boolean {
  return COMMANDS.includes(String.fromCharCode(...message.subarray(0, 4)));
}

export class PeerWatch {
  readonly #connection: PeerConnection;
  readonly #onFlood: () => void;
  #room = SMALL_MESSAGES_AT_ONCE;
  #seenAt = now();
  #bytesLeft = SPARE_BYTES;

  constructor(connection: PeerConnection, onFlood: () => void) {
    this.#connection = connection;
    this.#onFlood = onFlood;
    connection.on("data", this.#see);
  }

  /** The peer was asked for so many bytes at most. */
  asked(bytes: number): void {
    this.#bytesLeft = bytes + SPARE_BYTES;
  }

  close(): void {
    this.#connection.off("data", this.#see);
  }

  readonly #see = (message: Uint8Array): void => {
    const isOfCommand = isCommand(message);
    if (!isOfCommand) this.#bytesLeft -= message.byteLength;
    if (isOfCommand || message.byteLength < SMALL_MESSAGE_BYTES) this.#spend();
    if (this.#room >= 0 && this.#bytesLeft >= 0) return;
    this.close();
    this.#onFlood();
  };

  #spend(): void {
    const at = now();
    const filled = this.#room + (at - this.#seenAt) * SMALL_MESSAGES_PER_SECOND;
    this.#room = Math.min(SMALL_MESSAGES_AT_ONCE, filled) - 1;
    this.#seenAt = at;
  }
}
