/**
 * SRT as the way in: encrypted with a passphrase, and open only while the channel runs, as MediaLive's is. libsrt turns a
 * caller with another passphrase away, and one that comes while another is on the air, without telling anybody here.
 */

import { type ChildProcess, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import type { IngestEvents, PublisherIngest } from "./publishers.ts";
import type { FromReceiver, ReceiveSrt } from "./srt-messages.ts";

/** The shortest time between two starts, so that a lasting fault doesn't become a loop of restarts. */
const RESTART_INTERVAL_MILLISECONDS = 3000;

export class SrtIngest extends EventEmitter<IngestEvents> implements PublisherIngest {
  readonly #settings: ReceiveSrt;
  #receiver: ChildProcess | null = null;
  #restart: NodeJS.Timeout | null = null;
  #hasPublisher = false;
  #bytesReceived = 0;

  private constructor(settings: ReceiveSrt) {
    super();
    this.#settings = settings;
  }

  /**
   * Looks whether the port is free; 0 takes one that is.
   *
   * @throws Error saying that the port is taken, or may not be opened, in one sentence.
   */
  static async open(settings: ReceiveSrt): Promise<SrtIngest> {
    const { host, port } = settings;
    const socket = createSocket("udp4");
    try {
      socket.bind(port, host);
      await once(socket, "listening");
      return new SrtIngest({ ...settings, port: socket.address().port });
    } catch (error) {
      throw new Error(`SRT can't listen on ${host}:${port}`, { cause: error });
    } finally {
      socket.close();
    }
  }

  get port(): number {
    return this.#settings.port;
  }

  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  refuseCodec(reason: string): void {
    if (!this.#hasPublisher) return;
    this.emit("refused", { address: null, reason, for: "codec" });
    this.closeToPublishers(reason);
    this.openToPublishers();
  }

  changeStreamKey(): void {}

  closeToPublishers(reason: string): void {
    if (this.#restart) clearTimeout(this.#restart);
    const receiver = this.#receiver;
    this.#receiver = null;
    receiver?.removeAllListeners("message").removeAllListeners("exit");
    receiver?.kill("SIGKILL");
    this.#leave(reason);
  }

  openToPublishers(): void {
    this.#receiver ??= this.#spawn();
  }

  async close(): Promise<void> {
    const receiver = this.#receiver;
    const ended = receiver && new Promise((resolve) => receiver.once("close", resolve));
    this.closeToPublishers("the channel was stopped");
    await ended;
  }

  #spawn(): ChildProcess {
    const startedAt = Date.now();
    const receiver = fork(new URL("./srt-process.ts", import.meta.url), {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    receiver.on("message", (message: FromReceiver) => this.#take(message));
    receiver.once("exit", (code, signal) => {
      this.#receiver = null;
      this.#leave("what receives SRT ended");
      this.emit("restarted", { reason: `what receives SRT ended with ${signal ?? `code ${code}`}` });
      const wait = Math.max(0, startedAt + RESTART_INTERVAL_MILLISECONDS - Date.now());
      this.#restart = setTimeout(() => this.openToPublishers(), wait);
    });
    receiver.send(this.#settings);
    return receiver;
  }

  #take(message: FromReceiver): void {
    switch (message.type) {
      case "arrived":
        this.#hasPublisher = true;
        this.#bytesReceived = 0;
        this.emit("arrived", { address: null });
        break;
      case "left":
        this.#leave(message.reason);
        break;
      default:
        this.#takeMedia(message);
    }
  }

  #takeMedia(message: Extract<FromReceiver, { type: "video" | "audio" }>): void {
    const { tag, type } = message;
    if (tag.kind === "unsupported") {
      const taken = type === "video" ? "H.264" : "AAC";
      this.refuseCodec(`it sends ${tag.codec} ${type}, and only ${taken} is taken`);
      return;
    }
    if (tag.kind === "frame") this.#bytesReceived += tag.data.length;
    if (message.type === "video") this.emit("video", message);
    else this.emit("audio", message);
  }

  #leave(reason: string): void {
    if (!this.#hasPublisher) return;
    this.#hasPublisher = false;
    this.#bytesReceived = 0;
    this.emit("left", { address: null, reason });
  }
}
