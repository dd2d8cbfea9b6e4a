// Stands in for MediaLive: takes a publisher's RTMP, encodes it as the channel's ladder, and hands segments to the package.

import { EventEmitter } from "node:events";
import type { Channel, ChannelEvents, ChannelOptions, OnAir } from "./medialive/channel.ts";
import type { EncodedSegment } from "./medialive/encoder/fragment.ts";
import type { EncoderOnAir } from "./medialive/encoder/messages.ts";
import { Encoder } from "./medialive/encoder.ts";
import { Ingest } from "./medialive/ingest/ingest.ts";
import { Package } from "./mediapackage.ts";

/** How often what is on the air is looked at, and its bit rate measured. */
const LOOK_MILLISECONDS = 1000;

/**
 * Puts the channel on the air.
 *
 * @throws Error saying in one sentence that the RTMP port is taken or the media folder can't be written.
 */
export async function startChannel(options: ChannelOptions): Promise<Channel> {
  const endpoint = await Package.open(options);
  const ingest = await Ingest.open({ ...options.rtmp, streamKey: options.streamKey });
  return new LiveChannel(options, endpoint, ingest);
}

class LiveChannel extends EventEmitter<ChannelEvents> implements Channel {
  readonly #options: ChannelOptions;
  readonly #package: Package;
  readonly #ingest: Ingest;
  readonly #encoder: Encoder;
  readonly #look: NodeJS.Timeout;
  #packaging: Promise<void> = Promise.resolve();
  #publisher: string | null = null;
  #encoderOnAir: EncoderOnAir = { source: "nothing", input: { video: null, audio: null } };
  #bytesSeen = 0;
  #bitsPerSecond = 0;
  #onAir: OnAir;

  constructor(options: ChannelOptions, endpoint: Package, ingest: Ingest) {
    super();
    this.#options = options;
    this.#package = endpoint;
    this.#ingest = ingest;
    this.#encoder = new Encoder({
      settings: options.encoder,
      segmentSeconds: options.packaging.segmentSeconds,
      testCard: options.testCard,
      onInit: (initSegments) => this.#hand(() => this.#package.setInitSegments(initSegments)),
      onSegment: (segment) => this.#takeSegment(segment),
      onAir: (onAir) => this.#change(onAir),
      onUndecodable: (reason) => this.#ingest.refusePublisher(`what it sends can't be decoded: ${reason}`),
      onRestart: (reason) => this.emit("encoderRestarted", { reason }),
    });
    this.#onAir = this.#compose();
    this.#look = setInterval(() => this.#measure(), LOOK_MILLISECONDS);
    this.#listen();
  }

  get rtmpPort(): number {
    return this.#ingest.port;
  }

  get onAir(): OnAir {
    return this.#onAir;
  }

  get encoderPid(): number | null {
    return this.#encoder.pid;
  }

  async stop(): Promise<void> {
    clearInterval(this.#look);
    await Promise.all([this.#ingest.close(), this.#encoder.stop()]);
    await this.#packaging;
  }

  #listen(): void {
    this.#ingest.on("arrived", ({ address }) => {
      this.#publisher = address;
      this.#bytesSeen = 0;
      this.#encoder.take({ type: "arrived" });
    });
    this.#ingest.on("video", (video) => this.#encoder.take({ type: "video", ...video }));
    this.#ingest.on("audio", (audio) => this.#encoder.take({ type: "audio", ...audio }));
    this.#ingest.on("left", (left) => {
      this.#publisher = null;
      this.#encoder.take({ type: "left" });
      this.emit("publisherLeft", left);
    });
    this.#ingest.on("refused", (refusal) => this.emit("publisherRefused", refusal));
  }

  #takeSegment(segment: EncodedSegment): void {
    this.#hand(() => this.#package.add(segment));
    if (this.#encoderOnAir.source === "publisher") return;
    const top = segment.fragments.get(this.#options.encoder.video[0].name);
    if (top) this.#bitsPerSecond = Math.round((top.bytes.length * 8) / top.durationSeconds);
  }

  #change(onAir: EncoderOnAir): void {
    this.#encoderOnAir = onAir;
    if (onAir.source === "nothing") this.#bitsPerSecond = 0;
    this.#announce();
  }

  #measure(): void {
    if (this.#publisher !== null) {
      const bytes = this.#ingest.bytesReceived;
      this.#bitsPerSecond = Math.round(((bytes - this.#bytesSeen) * 8 * 1000) / LOOK_MILLISECONDS);
      this.#bytesSeen = bytes;
    }
    this.#announce();
  }

  #announce(): void {
    const onAir = this.#compose();
    if (JSON.stringify(onAir) === JSON.stringify(this.#onAir)) return;
    this.#onAir = onAir;
    this.emit("onAir", onAir);
  }

  #compose(): OnAir {
    const { source, input } = this.#encoderOnAir;
    const [top] = this.#options.encoder.video;
    const { audio } = this.#options.encoder;
    const bitsPerSecond = this.#bitsPerSecond;
    if (source === "publisher") {
      return {
        source,
        address: this.#publisher,
        video: input.video && { codec: "H.264", ...input.video },
        audio: input.audio && { codec: "AAC", ...input.audio },
        bitsPerSecond,
      };
    }
    if (source === "nothing") return { source, address: null, video: null, audio: null, bitsPerSecond };
    return {
      source,
      address: null,
      video: { codec: "H.264", width: top.width, height: top.height },
      audio: { codec: "AAC", sampleRate: audio.sampleRate, channels: audio.channels },
      bitsPerSecond,
    };
  }

  /** Hands something to the package, after everything before it. */
  #hand(deliver: () => Promise<void>): void {
    this.#packaging = this.#packaging.then(deliver).catch((error: unknown) => {
      this.emit("packagingFailed", { reason: error instanceof Error ? error.message : String(error) });
    });
  }
}
