/** Selects the source: the publisher from when its media is due until it leaves, else the test card, else none. */

import type { EncoderSettings } from "../encoder-settings.ts";
import type { Clock } from "./clock.ts";
import type { AudioLevel } from "./level-meter.ts";
import type { EncoderOnAir, PublisherMessage } from "./messages.ts";
import { PublisherSource } from "./publisher-source.ts";
import { type Source, TestCardSource } from "./source.ts";

const NO_INPUT = { video: null, audio: null };

/** A decoder that is this many tags behind won't catch up in time: video is skipped up to the next keyframe. */
const LONGEST_BACKLOG = 60;

export class SourceSelector {
  readonly #settings: EncoderSettings;
  readonly #clock: Clock;
  readonly #testCard: TestCardSource | null;
  readonly #onChange: (onAir: EncoderOnAir) => void;
  readonly #onUndecodable: (reason: string) => void;
  readonly #onLevel: (level: AudioLevel) => void;
  #publisher: PublisherSource | null = null;
  #decoding: Promise<void> = Promise.resolve();
  #backlog = 0;
  #isSkipping = false;
  #lastReported = "";

  constructor(
    settings: EncoderSettings,
    clock: Clock,
    testCard: boolean,
    onChange: (onAir: EncoderOnAir) => void,
    onUndecodable: (reason: string) => void,
    onLevel: (level: AudioLevel) => void,
  ) {
    const [top] = settings.video;
    this.#settings = settings;
    this.#clock = clock;
    this.#testCard = testCard ? new TestCardSource(top.width, top.height, settings.audio.sampleRate) : null;
    this.#onChange = onChange;
    this.#onUndecodable = onUndecodable;
    this.#onLevel = onLevel;
  }

  /** The source for this moment; null for none. */
  current(): Source | null {
    const publisher = this.#publisher?.isReady(this.#clock.now()) ? this.#publisher : null;
    const other = this.#testCard ? "test card" : "nothing";
    this.#report({ source: publisher ? "publisher" : other, input: publisher?.input ?? NO_INPUT });
    return publisher ?? this.#testCard;
  }

  take(message: PublisherMessage): void {
    if (message.type === "arrived") {
      const [top] = this.#settings.video;
      this.#publisher = new PublisherSource(top, this.#settings.audio, this.#onLevel);
      this.#isSkipping = false;
    } else if (message.type === "left") {
      const publisher = this.#publisher;
      this.#publisher = null;
      this.#decode(async () => publisher?.close());
    } else {
      this.#takeMedia(message);
    }
  }

  #takeMedia(message: Extract<PublisherMessage, { type: "video" | "audio" }>): void {
    const publisher = this.#publisher;
    if (!publisher) return;
    const seconds = message.timestamp / 1000;
    const now = this.#clock.now();
    if (message.type === "audio") {
      this.#decode(() => publisher.takeAudio(message.tag, seconds, now));
      return;
    }
    const { tag } = message;
    if (tag.kind === "frame") {
      this.#isSkipping = this.#backlog > LONGEST_BACKLOG || (this.#isSkipping && !tag.isKeyframe);
      if (this.#isSkipping) return;
    }
    this.#decode(() => publisher.takeVideo(tag, seconds, now));
  }

  /** Decodes one tag after the other, in the order in which they came. */
  #decode(work: () => Promise<void>): void {
    this.#backlog += 1;
    this.#decoding = this.#decoding
      .then(work)
      .catch((error: unknown) => this.#onUndecodable(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#backlog -= 1;
      });
  }

  #report(onAir: EncoderOnAir): void {
    const reported = JSON.stringify(onAir);
    if (reported === this.#lastReported) return;
    this.#lastReported = reported;
    this.#onChange(onAir);
  }
}
