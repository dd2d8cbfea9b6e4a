/** Runs the encoder's process, and restarts it when it dies. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { EncodedSegment, InitSegments } from "../encoded-stream.ts";
import type { AudioLevel } from "./encoder/level-meter.ts";
import type { EncoderOnAir, FromEncoder, PublisherMessage, ToEncoder } from "./encoder/messages.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

export interface EncoderOptions {
  readonly settings: EncoderSettings;
  readonly segmentSeconds: number;
  readonly testCard: boolean;
  readonly onInit: (initSegments: InitSegments) => void;
  readonly onSegment: (segment: EncodedSegment) => void;
  readonly onAir: (onAir: EncoderOnAir) => void;
  readonly onUndecodable: (reason: string) => void;
  readonly onLevel: (level: AudioLevel) => void;
  readonly onRestart: (reason: string) => void;
}

/** The shortest time between two starts, so that a lasting fault doesn't become a loop of restarts. */
const RESTART_INTERVAL_MILLISECONDS = 3000;

/** A frame is due every 33 ms, unless nothing is on the air. */
const THUMBNAIL_MILLISECONDS = 2000;

/** How many characters of the process's last error output are kept, to find the reason in when it dies. */
const LONGEST_ERROR_OUTPUT = 2000;

export class Encoder {
  readonly #options: EncoderOptions;
  #process: ChildProcess;
  #nextSegment: number | null = null;
  #onThumbnail: ((jpeg: Buffer) => void)[] = [];
  #isStopping = false;
  #restart: NodeJS.Timeout | null = null;
  /** What a new process must know of a publisher that is already there: that it arrived, and how to decode it. */
  #publisherSetup = new Map<string, PublisherMessage>();

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#process = this.#spawn();
  }

  /** The process that encodes; null while none does. */
  get pid(): number | null {
    return this.#process.connected ? (this.#process.pid ?? null) : null;
  }

  /** Forwards what the publisher does and sends. */
  take(message: PublisherMessage): void {
    if (message.type === "left") this.#publisherSetup.clear();
    else if (message.type === "arrived" || message.tag.kind === "configuration") {
      this.#publisherSetup.set(message.type, message);
    }
    this.#send(message);
  }

  /** A JPEG of the next frame that is on the air; null if there is none soon. */
  async thumbnail(): Promise<Buffer | null> {
    const { promise, resolve } = Promise.withResolvers<Buffer | null>();
    const timer = setTimeout(() => resolve(null), THUMBNAIL_MILLISECONDS);
    this.#onThumbnail.push(resolve);
    this.#send({ type: "thumbnail" });
    const jpeg = await promise;
    clearTimeout(timer);
    return jpeg;
  }

  /** Ends the process at once. What it holds is dropped, and so is what it has sent but wasn't received yet. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#restart) clearTimeout(this.#restart);
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  #spawn(): ChildProcess {
    const startedAt = Date.now();
    const child = fork(new URL("./encoder/process.ts", import.meta.url), {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let errorOutput = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errorOutput = (errorOutput + text).slice(-LONGEST_ERROR_OUTPUT);
    });
    child.on("message", (message: FromEncoder) => this.#receive(message));
    child.once("exit", (code, signal) => {
      if (this.#isStopping) return;
      this.#options.onRestart(reasonOf(code, signal, errorOutput));
      const wait = Math.max(0, startedAt + RESTART_INTERVAL_MILLISECONDS - Date.now());
      this.#restart = setTimeout(() => {
        this.#process = this.#spawn();
      }, wait);
    });
    const { settings, segmentSeconds, testCard } = this.#options;
    const fromSegment = this.#nextSegment;
    child.send({ type: "start", settings, segmentSeconds, testCard, fromSegment } satisfies ToEncoder);
    for (const message of this.#publisherSetup.values()) child.send(message);
    return child;
  }

  /** Drops the message while no process runs; decoding resumes with the publisher's next keyframe. */
  #send(message: ToEncoder): void {
    // The callback swallows the error of a process that dies meanwhile: its `exit` event is handled.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  #receive(message: FromEncoder): void {
    if (this.#isStopping) return;
    if (message.type === "init") {
      this.#options.onInit(message.initSegments);
    } else if (message.type === "onAir") {
      this.#options.onAir(message.onAir);
    } else if (message.type === "undecodable") {
      this.#options.onUndecodable(message.reason);
    } else if (message.type === "level") {
      this.#options.onLevel(message.level);
    } else if (message.type === "thumbnail") {
      for (const resolve of this.#onThumbnail.splice(0)) resolve(Buffer.from(message.jpeg));
    } else {
      this.#nextSegment = message.segment.segment + 1;
      this.#options.onSegment(message.segment);
    }
  }
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null, errorOutput: string): string {
  const error = /^\w*Error: .*$/m.exec(errorOutput)?.[0];
  return error ?? (signal ? `killed by ${signal}` : `ended with code ${code}`);
}
