/** Stands in for a connection with a peer, as the patched core hands it out; `pair` also joins two data channels. */

import type { ChannelOptions, DataChannel, PeerConnection } from "../../web/engine/patched-core.ts";

type Listener = (data: Uint8Array) => void;

export class FakeConnection implements PeerConnection {
  readonly rendition = "https://cdn.test/v0/index.m3u8";
  destroying = false;
  bufferSize = 0;
  /** What write() returns. */
  isDrained = true;
  /** Sizes of the messages that were written. */
  written: number[] = [];
  channel: FakeChannel | null = new FakeChannel();
  /** Why no channel can be created. */
  refusal: Error | null = null;
  stats = new Map<string, unknown>();
  readonly #listeners = new Set<readonly [string, Listener]>();

  get _pc(): PeerConnection["_pc"] {
    const { channel } = this;
    if (!channel) return null;
    return {
      getStats: async () => this.stats,
      createDataChannel: (_label, options) => {
        if (this.refusal) throw this.refusal;
        channel.options = options;
        return channel;
      },
    };
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  write(message: Uint8Array): boolean {
    this.written.push(message.byteLength);
    return this.isDrained;
  }

  on(event: string, listener: Listener): void {
    this.#listeners.add([event, listener]);
  }

  off(event: string, listener: Listener): void {
    for (const one of this.#listeners)
      if (one[0] === event && one[1] === listener) this.#listeners.delete(one);
  }

  destroy(): void {
    this.destroying = true;
  }

  emit(event: "drain" | "data", data = new Uint8Array()): void {
    for (const [name, listener] of this.#listeners) if (name === event) listener(data);
  }
}

class FakeChannel implements DataChannel {
  options: ChannelOptions | null = null;
  readyState = "open";
  binaryType = "";
  onmessage: ((event: { data: unknown }) => void) | null = null;
  sent: ArrayBuffer[] = [];
  isFull = false;
  /** Where messages arrive, at once unless they are delayed. */
  other: FakeChannel | null = null;
  delayMilliseconds = 0;

  send(data: ArrayBuffer): void {
    if (this.isFull) throw new DOMException("full", "OperationError");
    this.sent.push(data);
    if (this.delayMilliseconds === 0) this.other?.onmessage?.({ data });
    else setTimeout(() => this.other?.onmessage?.({ data }), this.delayMilliseconds);
  }

  close(): void {
    this.readyState = "closed";
  }
}

/** Two ends of a connection. */
export function pair(): [FakeConnection, FakeConnection] {
  const [one, other] = [new FakeConnection(), new FakeConnection()];
  if (one.channel && other.channel) {
    one.channel.other = other.channel;
    other.channel.other = one.channel;
  }
  return [one, other];
}
