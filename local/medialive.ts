// Stands in for MediaLive: takes a publisher's RTMP, encodes it as the channel's ladder, and hands segments to the package.

import { EventEmitter } from "node:events";
import type { Channel, ChannelEvents, ChannelOptions, OnAir } from "./medialive/channel.ts";
import { Encoder } from "./medialive/encoder.ts";
import { Package } from "./mediapackage.ts";

/**
 * Puts the channel on the air.
 *
 * @throws Error saying in one sentence that the RTMP port is taken or the media folder can't be written.
 */
export async function startChannel(options: ChannelOptions): Promise<Channel> {
  return new LiveChannel(options, await Package.open(options));
}

class LiveChannel extends EventEmitter<ChannelEvents> implements Channel {
  readonly rtmpPort = 0;
  readonly onAir: OnAir;
  readonly #package: Package;
  readonly #encoder: Encoder;
  #packaging: Promise<void> = Promise.resolve();

  constructor(options: ChannelOptions, endpoint: Package) {
    super();
    this.#package = endpoint;
    const [top] = options.encoder.video;
    this.onAir = {
      source: options.testCard ? "test card" : "nothing",
      address: null,
      video: options.testCard ? { codec: "test card", width: top.width, height: top.height } : null,
      audio: null,
      bitsPerSecond: 0,
    };
    this.#encoder = new Encoder({
      settings: options.encoder,
      segmentSeconds: options.packaging.segmentSeconds,
      testCard: options.testCard,
      onInit: (initSegments) => this.#hand(() => this.#package.setInitSegments(initSegments)),
      onSegment: (segment) => this.#hand(() => this.#package.add(segment)),
      onRestart: (reason) => this.emit("encoderRestarted", { reason }),
    });
  }

  async stop(): Promise<void> {
    await this.#encoder.stop();
    await this.#packaging;
  }

  /** Hands something to the package, after everything before it. */
  #hand(deliver: () => Promise<void>): void {
    this.#packaging = this.#packaging.then(deliver).catch((error: unknown) => {
      this.emit("packagingFailed", { reason: error instanceof Error ? error.message : String(error) });
    });
  }
}
