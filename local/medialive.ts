/** Stands in for a pipeline of MediaLive: takes a publisher's RTMP or SRT and encodes it as the ladder while the channel runs. */

import { EventEmitter } from "node:events";
import { BEST_QUALITY, type EncodedSegment } from "./encoded-stream.ts";
import type {
  Channel,
  ChannelEvents,
  ChannelOptions,
  ChannelState,
  InputMetrics,
  OnAir,
} from "./medialive/channel.ts";
import type { EncoderOnAir } from "./medialive/encoder/messages.ts";
import { Encoder } from "./medialive/encoder.ts";
import { Ingest } from "./medialive/ingest/ingest.ts";
import type { PublisherIngest } from "./medialive/ingest/publishers.ts";
import { SrtIngest } from "./medialive/ingest/srt.ts";
import { InputMeter, type InputReading } from "./medialive/input-meter.ts";

/** How often the bit rate is measured and metrics are reported. */
const MEASURE_MILLISECONDS = 1000;

const NOTHING_ON_AIR: EncoderOnAir = { source: "nothing", input: { video: null, audio: null } };

/** What a publisher is told while the channel is idle. */
const NOT_RUNNING = "the channel is stopped";

/**
 * Creates an idle channel and opens its port for publishers.
 *
 * @throws Error saying in one sentence that the port is taken.
 */
export async function createChannel(options: ChannelOptions): Promise<Channel> {
  const { rtmp, srt, streamKey } = options;
  const ingest = srt ? await SrtIngest.open(srt) : await Ingest.open({ ...rtmp, streamKey });
  return new LiveChannel(options, ingest);
}

class LiveChannel extends EventEmitter<ChannelEvents> implements Channel {
  readonly #options: ChannelOptions;
  readonly #ingest: PublisherIngest;
  readonly #measuring: NodeJS.Timeout;
  #state: ChannelState = "IDLE";
  #encoder: Encoder | null = null;
  #publisher: { readonly address: string | null } | null = null;
  #encoderOnAir = NOTHING_ON_AIR;
  readonly #meter = new InputMeter();
  #filledMilliseconds = 0;
  #bytesSeen = 0;
  #bitsPerSecond = 0;
  #isPublisherSilent = false;
  /** The lowest since the last segment, since what was missing may be missing in any part of the next. */
  #quality = 0;
  #onAir: OnAir;
  #streamKey: string;

  constructor(options: ChannelOptions, ingest: PublisherIngest) {
    super();
    this.#options = options;
    this.#streamKey = options.streamKey;
    this.#ingest = ingest;
    this.#ingest.closeToPublishers(NOT_RUNNING);
    this.#onAir = this.#compose();
    this.#measuring = setInterval(() => this.#measure(), MEASURE_MILLISECONDS);
    this.#listen();
  }

  get state(): ChannelState {
    return this.#state;
  }

  get ingestPort(): number {
    return this.#ingest.port;
  }

  get backupIngestPort(): null {
    return null;
  }

  get onAir(): OnAir {
    return this.#onAir;
  }

  get streamKey(): string {
    return this.#streamKey;
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

  changeStreamKey(key: string): void {
    this.#streamKey = key;
    this.#ingest.changeStreamKey(key);
  }

  async thumbnail(): Promise<Buffer | null> {
    return this.#encoder?.thumbnail() ?? null;
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
      onUndecodable: (reason) => this.#ingest.refuseCodec(`what it sends can't be decoded: ${reason}`),
      onLevel: ({ decibels, clippedPercent }) => {
        this.emit("audioLevel", decibels, 0);
        this.emit("inputMetrics", { ClippedPercent: clippedPercent }, 0);
      },
      onRestart: (reason) => this.emit("encoderRestarted", { reason }),
    });
  }

  #listen(): void {
    this.#ingest.on("arrived", ({ address }) => {
      this.#publisher = { address };
      this.#bytesSeen = 0;
      this.#isPublisherSilent = false;
      this.#meter.reset();
      this.#encoder?.take({ type: "arrived" });
      this.emit("inputMetrics", { PublishersArrived: 1 }, 0);
    });
    this.#ingest.on("video", (video) => {
      this.#meter.video(video.tag, video.timestamp);
      this.#encoder?.take({ type: "video", ...video });
    });
    this.#ingest.on("audio", (audio) => {
      this.#meter.audio(audio.tag, audio.timestamp);
      this.#encoder?.take({ type: "audio", ...audio });
    });
    this.#ingest.on("left", (left) => {
      this.#publisher = null;
      this.#encoder?.take({ type: "left" });
      this.emit("publisherLeft", left);
    });
    this.#ingest.on("refused", ({ for: fault, ...refusal }) => {
      this.emit("publisherRefused", refusal);
      if (fault === "second") this.emit("inputMetrics", { PublishersTurnedAway: 1 }, 0);
      if (fault === "codec") this.emit("inputMetrics", { CodecsRefused: 1 }, 0);
    });
    this.#ingest.on("restarted", (restart) => this.emit("encoderRestarted", restart));
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
    const hasPublisher = this.#publisher !== null;
    const reading = this.#meter.read();
    this.#filledMilliseconds =
      reading.framesPerSecond > 0 ? 0 : this.#filledMilliseconds + MEASURE_MILLISECONDS;
    this.emit(
      "metrics",
      {
        NetworkIn: publisherBitsPerSecond / 1_000_000,
        InputVideoFrameRate: hasPublisher ? reading.framesPerSecond : 0,
        FillMsec: this.#filledMilliseconds,
        DroppedFrames: 0,
      },
      0,
    );
    if (!hasPublisher) return;
    this.emit("inputMetrics", measuredIn(reading, this.#encoderOnAir.input.video?.height ?? null), 0);
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
        address: this.#publisher?.address ?? null,
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

/** What isn't known yet is left out. */
function measuredIn(reading: InputReading, height: number | null): InputMetrics {
  const { keyframeSeconds, audioAheadSeconds, profile } = reading;
  return {
    AudioFrameRate: reading.audioFramesPerSecond,
    OpenKeyframes: reading.openKeyframes,
    ...(keyframeSeconds !== null && { KeyframeSeconds: keyframeSeconds }),
    ...(audioAheadSeconds !== null && { AudioAheadSeconds: audioAheadSeconds }),
    ...(profile !== null && { Profile: profile }),
    ...(height !== null && { PictureHeight: height }),
  };
}
