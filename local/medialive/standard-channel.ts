/**
 * A standard channel: two pipelines with an RTMP port each, started and stopped together. Either goes on when the other
 * fails.
 */

import { EventEmitter } from "node:events";
import type { Channel, ChannelEvents, ChannelState, OnAir } from "./channel.ts";

/** Joins two pipelines. Their segments aren't among its events: each goes to an input of MediaPackage of its own. */
export function joinPipelines(first: Channel, second: Channel): Channel {
  return new StandardChannel(first, second);
}

class StandardChannel extends EventEmitter<ChannelEvents> implements Channel {
  readonly #first: Channel;
  readonly #second: Channel;
  #state: ChannelState = "IDLE";

  constructor(first: Channel, second: Channel) {
    super();
    this.#first = first;
    this.#second = second;
    for (const [index, pipeline] of [first, second].entries()) {
      pipeline.on("state", () => this.#noteState());
      pipeline.on("onAir", () => this.emit("onAir", this.onAir));
      pipeline.on("metrics", (values) => this.emit("metrics", values, index));
      pipeline.on("inputMetrics", (values) => this.emit("inputMetrics", values, index));
      pipeline.on("audioLevel", (decibels) => this.emit("audioLevel", decibels, index));
      pipeline.on("publisherRefused", (refusal) => this.emit("publisherRefused", refusal));
      pipeline.on("publisherLeft", (left) => this.emit("publisherLeft", left));
      pipeline.on("encoderRestarted", (restart) => this.emit("encoderRestarted", restart));
    }
  }

  get state(): ChannelState {
    const [one, other] = [this.#first.state, this.#second.state];
    if (one === other) return one;
    return one === "STOPPING" || other === "STOPPING" ? "STOPPING" : "STARTING";
  }

  get ingestPort(): number {
    return this.#first.ingestPort;
  }

  get backupIngestPort(): number {
    return this.#second.ingestPort;
  }

  /** The first pipeline's, unless only the second has a publisher. */
  get onAir(): OnAir {
    const isOnlyOnSecond =
      this.#first.onAir.source !== "publisher" && this.#second.onAir.source === "publisher";
    return isOnlyOnSecond ? this.#second.onAir : this.#first.onAir;
  }

  get streamKey(): string {
    return this.#first.streamKey;
  }

  get encoderPid(): number | null {
    return this.#first.encoderPid;
  }

  async start(): Promise<void> {
    await Promise.all([this.#first.start(), this.#second.start()]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#first.stop(), this.#second.stop()]);
  }

  changeStreamKey(key: string): void {
    this.#first.changeStreamKey(key);
    this.#second.changeStreamKey(key);
  }

  async thumbnail(pipeline: number): Promise<Buffer | null> {
    return (pipeline === 0 ? this.#first : this.#second).thumbnail(0);
  }

  async close(): Promise<void> {
    await Promise.all([this.#first.close(), this.#second.close()]);
  }

  #noteState(): void {
    if (this.state === this.#state) return;
    this.#state = this.state;
    this.emit("state", this.#state);
  }
}
