/**
 * Measures the one-way delay to a peer, as LEDBAT does (RFC 6817), by a data channel of its own beside the core's. Both
 * sides open it under an agreed number, so it needs no signaling. Another client doesn't open it: then nothing replies.
 */

import type { DelaySample } from "../sharing/uplink-budget.ts";
import { decode, encode, PROBE_NUMBERS } from "./delay-message.ts";
import type { ChannelOptions, DataChannel, PeerConnection } from "./patched-core.ts";
import { isCommand } from "./peer-watch.ts";

const CHANNEL = "shoal-delay";
/** Probes that come late are of no use, so they are neither repeated nor put in order. */
const OPTIONS: ChannelOptions = { negotiated: true, id: 100, ordered: false, maxRetransmits: 0 };

/** Probes without a reply that are remembered. */
const MOST_OPEN = 30;

/** A peer is answered no more often. */
const SHORTEST_REPLY_SECONDS = 0.02;

const now = () => performance.now() / 1000;

export type Measured = Omit<DelaySample, "peerId">;

export class DelayProbe {
  readonly #connection: PeerConnection;
  readonly #channel: DataChannel | null;
  readonly #onMeasured: (measured: Measured) => void;
  readonly #onReceived: (bytes: number) => void;
  /** When each probe was sent that has no reply yet, oldest first. */
  readonly #open = new Map<number, number>();
  #next = 0;
  #repliedAt = Number.NEGATIVE_INFINITY;
  #bytesReceived = 0;

  /** `onReceived` is called with the media bytes of each message. */
  constructor(
    connection: PeerConnection,
    onMeasured: (measured: Measured) => void,
    onReceived: (bytes: number) => void = () => {},
  ) {
    this.#connection = connection;
    this.#onMeasured = onMeasured;
    this.#onReceived = onReceived;
    this.#channel = channelOn(connection);
    if (!this.#channel) return;
    this.#channel.binaryType = "arraybuffer";
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    connection.on("data", this.#count);
  }

  /** Sends a probe, if the channel is open. */
  send(): void {
    this.#next = (this.#next + 1) % PROBE_NUMBERS;
    const number = this.#next;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined && this.#open.size >= MOST_OPEN) this.#open.delete(oldest);
    this.#open.set(number, now());
    if (!this.#write(encode({ type: "probe", number }))) this.#open.delete(number);
  }

  close(): void {
    this.#connection.off("data", this.#count);
    if (!this.#channel) return;
    this.#channel.onmessage = null;
    this.#channel.close();
  }

  readonly #count = (data: Uint8Array): void => {
    if (isCommand(data)) return;
    this.#bytesReceived += data.byteLength;
    this.#onReceived(data.byteLength);
  };

  #receive(data: unknown): void {
    const message = decode(data);
    if (message?.type === "probe") this.#reply(message.number);
    if (message?.type !== "reply") return;
    const sentAt = this.#open.get(message.number);
    // A reply to nothing, or a second one.
    if (sentAt === undefined || !this.#open.delete(message.number)) return;
    const { receivedAt, bytesReceived } = message;
    this.#onMeasured({ sentAt, receivedAt, bytesReceived });
  }

  #reply(number: number): void {
    const receivedAt = now();
    if (receivedAt - this.#repliedAt < SHORTEST_REPLY_SECONDS) return;
    this.#repliedAt = receivedAt;
    this.#write(encode({ type: "reply", number, receivedAt, bytesReceived: this.#bytesReceived }));
  }

  #write(message: ArrayBuffer): boolean {
    if (this.#channel?.readyState !== "open") return false;
    try {
      this.#channel.send(message);
      return true;
    } catch {
      // The channel is about to close, or its buffer is full.
      return false;
    }
  }
}

function channelOn({ _pc: connection }: PeerConnection): DataChannel | null {
  try {
    return connection?.createDataChannel(CHANNEL, OPTIONS) ?? null;
  } catch {
    // The browser has no channel of this number left, or the connection is closing.
    return null;
  }
}
