// Runs the encoder's process, and starts it again when it dies.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { EncodedSegment, InitSegments } from "./encoder/fragment.ts";
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
  readonly onRestart: (reason: string) => void;
}

/** An encoder that dies again within this time is started again only after it, so that a lasting fault can't spin. */
const BREATHER_MILLISECONDS = 3000;

/** How much of what a dying process says is kept as its reason. */
const LAST_WORDS_LENGTH = 2000;

export class Encoder {
  readonly #options: EncoderOptions;
  #process: ChildProcess;
  #nextSegment: number | null = null;
  #isStopping = false;
  #restart: NodeJS.Timeout | null = null;
  /** What a process that takes over must be told of the publisher: that it is there, and how to decode it. */
  #introduction = new Map<string, PublisherMessage>();

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#process = this.#spawn();
  }

  /** The process that encodes; null while none does. */
  get pid(): number | null {
    return this.#process.connected ? (this.#process.pid ?? null) : null;
  }

  /** Passes on what the publisher does and sends. */
  take(message: PublisherMessage): void {
    if (message.type === "left") this.#introduction.clear();
    else if (message.type === "arrived" || message.tag.kind === "configuration") {
      this.#introduction.set(message.type, message);
    }
    this.#send(message);
  }

  /** Ends the process at once; nothing that it holds is needed. */
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
    let lastWords = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-LAST_WORDS_LENGTH);
    });
    child.on("message", (message: FromEncoder) => this.#receive(message));
    child.once("exit", (code, signal) => {
      if (this.#isStopping) return;
      this.#options.onRestart(reasonOf(code, signal, lastWords));
      const wait = Math.max(0, startedAt + BREATHER_MILLISECONDS - Date.now());
      this.#restart = setTimeout(() => {
        this.#process = this.#spawn();
      }, wait);
    });
    const { settings, segmentSeconds, testCard } = this.#options;
    const fromSegment = this.#nextSegment;
    child.send({ type: "start", settings, segmentSeconds, testCard, fromSegment } satisfies ToEncoder);
    for (const message of this.#introduction.values()) child.send(message);
    return child;
  }

  /** What comes in while no process runs is left out; the publisher's next keyframe starts it again. */
  #send(message: ToEncoder): void {
    // The callback takes the error of a process that dies meanwhile; its exit is reported by itself.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  #receive(message: FromEncoder): void {
    if (message.type === "init") {
      this.#options.onInit(message.initSegments);
    } else if (message.type === "onAir") {
      this.#options.onAir(message.onAir);
    } else if (message.type === "undecodable") {
      this.#options.onUndecodable(message.reason);
    } else {
      this.#nextSegment = message.segment.segment + 1;
      this.#options.onSegment(message.segment);
    }
  }
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null, lastWords: string): string {
  const error = /^\w*Error: .*$/m.exec(lastWords)?.[0];
  return error ?? (signal ? `killed by ${signal}` : `ended with code ${code}`);
}
