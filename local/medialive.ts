/** Stands in for a pipeline of MediaLive: takes a publisher's RTMP and encodes it as the ladder while the channel runs. */

import { EventEmitter } from "node:events";
import { BEST_QUALITY, type EncodedSegment } from "./encoded-stream.ts";
import type { Channel, ChannelEvents, ChannelOptions, ChannelState, OnAir } from "./medialive/channel.ts";
import type { EncoderOnAir } from "./medialive/encoder/messages.ts";
import { Encoder } from "./medialive/encoder.ts";
import { Ingest } from "./medialive/ingest/ingest.ts";

/** How often the bit rate is measured and metrics are reported. */
const MEASURE_MILLISECONDS = 1000;

const NOTHING_ON_AIR: EncoderOnAir = { source: "nothing", input: { video: null, audio: null } };

/** What a publisher is told while the channel is idle. */
const NOT_RUNNING = "the channel is stopped";

/**
 * Creates an idle channel and opens its RTMP port.
 *
 * @throws Error saying in one sentence that the RTMP port is taken.
 */
export async function createChannel(options: ChannelOptions): Promise<Channel> {
  const ingest = await Ingest.open({ ...options.rtmp, streamKey: options.streamKey });
  return new LiveChannel(options, ingest);
}

class LiveChannel extends EventEmitter<ChannelEvents> implements Channel {
  readonly #options: ChannelOptions;
  readonly #ingest: Ingest;
  readonly #measuring: NodeJS.Timeout;
  #state: ChannelState = "IDLE";
  #encoder: Encoder | null = null;
  #publisher: string | null = null;
  #encoderOnAir = NOTHING_ON_AIR;
  #bytesSeen = 0;
  #bitsPerSecond = 0;
  #isPublisherSilent = false;
  /** The lowest since the last segment, since what was missing may be missing in any part of the next. */
  #quality = 0;
  #onAir: OnAir;

  constructor(options: ChannelOptions, ingest: Ingest) {
    super();
    this.#options = options;
    this.#ingest = ingest;
    this.#ingest.closeToPublishers(NOT_RUNNING);
    this.#onAir = this.#compose();
    this.#measuring = setInterval(() => this.#measure(), MEASURE_MILLISECONDS);
    this.#listen();
  }

  get state(): ChannelState {
    return this.#state;
  }

  get rtmpPort(): number {
    return this.#ingest.port;
  }

  get rtmpBackupPort(): null {
    return null;
  }

  get onAir(): OnAir {
    return this.#onAir;
  }

  get encoderPid(): number | null {
    return this.#encoder?.pid ?? null;
  }

  async start(): Promise<void> {
    if (this.#state !== "IDLE") throw new Error(`The channel is ${this.#state} and can't be started`);
    this.#enter("STARTING");
    const { promise: isEncoding, resolve } = Promise.withResolvers<void>();
    this.#encoder = this.#startEncoder(resolve);
    this.#ingest.openToPublishers();
    await isEncoding;
    if (this.state === "STARTING") this.#enter("RUNNING");
  }

  async stop(): Promise<void> {
    if (this.#state !== "RUNNING") throw new Error(`The channel is ${this.#state} and can't be stopped`);
    this.#enter("STOPPING");
    this.#ingest.closeToPublishers(NOT_RUNNING);
    await this.#encoder?.stop();
    this.#encoder = null;
    this.#change(NOTHING_ON_AIR);
    this.#enter("IDLE");
  }

  async close(): Promise<void> {
    clearInterval(this.#measuring);
    await Promise.all([this.#ingest.close(), this.#encoder?.stop()]);
  }

  #enter(state: ChannelState): void {
    this.#state = state;
    this.emit("state", state);
  }

  #startEncoder(onEncoding: () => void): Encoder {
    return new Encoder({
      settings: this.#options.encoder,
      segmentSeconds: this.#options.segmentSeconds,
      testCard: this.#options.testCard,
      onInit: (initSegments) => this.emit("init", initSegments),
      onSegment: (segment) => this.#takeSegment(segment),
      onAir: (onAir) => {
        onEncoding();
        this.#change(onAir);
      },
      onUndecodable: (reason) => this.#ingest.refusePublisher(`what it sends can't be decoded: ${reason}`),
      onRestart: (reason) => this.emit("encoderRestarted", { reason }),
    });
  }

  #listen(): void {
    this.#ingest.on("arrived", ({ address }) => {
      this.#publisher = address;
      this.#bytesSeen = 0;
      this.#isPublisherSilent = false;
      this.#encoder?.take({ type: "arrived" });
    });
    this.#ingest.on("video", (video) => this.#encoder?.take({ type: "video", ...video }));
    this.#ingest.on("audio", (audio) => this.#encoder?.take({ type: "audio", ...audio }));
    this.#ingest.on("left", (left) => {
      this.#publisher = null;
      this.#encoder?.take({ type: "left" });
      this.emit("publisherLeft", left);
    });
    this.#ingest.on("refused", (refusal) => this.emit("publisherRefused", refusal));
  }

  #takeSegment(segment: EncodedSegment): void {
    this.emit("segment", { ...segment, quality: this.#quality });
    this.#quality = this.#currentQuality();
    if (this.#encoderOnAir.source === "publisher") return;
    const top = segment.fragments.get(this.#options.encoder.video[0].name);
    if (top) this.#bitsPerSecond = Math.round((top.bytes.length * 8) / top.durationSeconds);
  }

  #change(onAir: EncoderOnAir): void {
    this.#encoderOnAir = onAir;
    this.#quality = Math.min(this.#quality, this.#currentQuality());
    if (onAir.source === "nothing") this.#bitsPerSecond = 0;
    this.#announce();
  }

  #measure(): void {
    let publisherBitsPerSecond = 0;
    if (this.#publisher !== null) {
      const bytes = this.#ingest.bytesReceived;
      publisherBitsPerSecond = Math.round(((bytes - this.#bytesSeen) * 8 * 1000) / MEASURE_MILLISECONDS);
      this.#bytesSeen = bytes;
      this.#bitsPerSecond = publisherBitsPerSecond;
      this.#isPublisherSilent = publisherBitsPerSecond === 0;
      this.#quality = Math.min(this.#quality, this.#currentQuality());
    }
    this.#announce();
    if (this.#state !== "RUNNING") return;
    this.emit("metrics", { ActiveAlerts: 0, NetworkIn: publisherBitsPerSecond / 1_000_000 }, 0);
  }

  /** Of a segment that is made now: a test card, or a picture that has frozen, is no use if the other pipeline has one. */
  #currentQuality(): number {
    return this.#encoderOnAir.source === "publisher" && !this.#isPublisherSilent ? BEST_QUALITY : 0;
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
}
