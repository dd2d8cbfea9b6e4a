/** The RTMP server: accepts one publisher at a time, with the right key and codecs, and tells the others why not. */

import { timingSafeEqual } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type Server } from "node:net";
import { Connection, type RefusalCode } from "./connection.ts";
import type { Fault, IngestEvents, PublisherIngest } from "./publishers.ts";
import { type AudioTag, parseAudioTag, parseVideoTag, type VideoTag } from "./tags.ts";

export interface IngestOptions {
  readonly host: string;
  /** Port 0 takes a free one. */
  readonly port: number;
  readonly streamKey: string;
  /** How long a publisher may send nothing before it counts as gone. A key is to be free again within 10 s. */
  readonly silenceMilliseconds?: number;
}

/** The application that a publisher connects to, as in rtmp://host/live. */
const APP = "live";
const SILENCE_MILLISECONDS = 8000;
/** How long a connection may take to ask to publish. */
const PATIENCE_MILLISECONDS = 10_000;

export class Ingest extends EventEmitter<IngestEvents> implements PublisherIngest {
  readonly #server: Server;
  #streamKey: string;
  readonly #silenceMilliseconds: number;
  readonly #connections = new Set<Connection>();
  #publisher: Connection | null = null;
  /** Why nobody may publish at the moment; null when one publisher may. */
  #closedBecause: string | null = null;

  private constructor(server: Server, { streamKey, silenceMilliseconds }: IngestOptions) {
    super();
    this.#server = server;
    this.#streamKey = streamKey;
    this.#silenceMilliseconds = silenceMilliseconds ?? SILENCE_MILLISECONDS;
    server.on("connection", (socket) => this.#serve(new Connection(socket)));
  }

  /**
   * Opens the port.
   *
   * @throws Error saying that the port is taken, or may not be opened, in one sentence.
   */
  static async open(options: IngestOptions): Promise<Ingest> {
    const server = createServer();
    server.listen(options.port, options.host);
    try {
      await once(server, "listening");
    } catch (error) {
      throw new Error(`RTMP can't listen on ${options.host}:${options.port}: ${listenReason(error)}`, {
        cause: error,
      });
    }
    return new Ingest(server, options);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Bytes received from the current publisher; 0 without one. */
  get bytesReceived(): number {
    return this.#publisher?.bytesReceived ?? 0;
  }

  /** Disconnects the current publisher, since its media can't be used, and tells it why. */
  refuseCodec(reason: string): void {
    if (this.#publisher) this.#refuse(this.#publisher, "NetStream.Publish.Rejected", reason, "codec");
  }

  /** Disconnects the publisher and refuses others, with this reason, until `openToPublishers`. The port stays open. */
  closeToPublishers(reason: string): void {
    this.#closedBecause = reason;
    this.#publisher?.hangUp(reason);
  }

  /** From the next publisher on; the current one isn't asked again. */
  changeStreamKey(key: string): void {
    this.#streamKey = key;
  }

  openToPublishers(): void {
    this.#closedBecause = null;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const connection of this.#connections) connection.hangUp("the channel was stopped");
    await closed;
  }

  #serve(connection: Connection): void {
    this.#connections.add(connection);
    let timer = setTimeout(() => {
      this.#refuseSilently(connection, "it connected but didn't ask to publish");
    }, PATIENCE_MILLISECONDS);
    connection.once("end", (reason) => {
      clearTimeout(timer);
      this.#connections.delete(connection);
      if (this.#publisher !== connection) return;
      this.#publisher = null;
      this.emit("left", { address: connection.address, reason });
    });
    connection.once("publish", ({ app, key }) => {
      clearTimeout(timer);
      if (!this.#admit(connection, app, key)) return;
      const silence = `it sent nothing for ${this.#silenceMilliseconds / 1000} s`;
      timer = setTimeout(() => connection.hangUp(silence), this.#silenceMilliseconds);
      connection.on("media", ({ kind, timestamp, body }) => {
        timer.refresh();
        if (kind === "video") this.#takeVideo(connection, timestamp, parseVideoTag(body));
        else this.#takeAudio(connection, timestamp, parseAudioTag(body));
      });
    });
  }

  /** Accepts a publisher, or tells it why not. */
  #admit(connection: Connection, app: string, key: string): boolean {
    if (app !== APP) {
      this.#refuse(connection, "NetStream.Publish.Denied", `it published to /${app} instead of /${APP}`);
    } else if (!isSame(key, this.#streamKey)) {
      this.#refuse(connection, "NetStream.Publish.Denied", "its stream key is wrong");
    } else if (this.#closedBecause !== null) {
      this.#refuse(connection, "NetStream.Publish.Rejected", this.#closedBecause);
    } else if (this.#publisher) {
      const reason = `${this.#publisher.address} is already on the air`;
      this.#refuse(connection, "NetStream.Publish.Rejected", reason, "second");
    } else {
      this.#publisher = connection;
      connection.accept();
      this.emit("arrived", { address: connection.address });
      return true;
    }
    return false;
  }

  #takeVideo(connection: Connection, timestamp: number, tag: VideoTag): void {
    if (tag.kind === "unsupported") {
      this.#refuseCodecOf(connection, `it sends ${tag.codec} video, and only H.264 is taken`);
    } else {
      this.emit("video", { timestamp, tag });
    }
  }

  #takeAudio(connection: Connection, timestamp: number, tag: AudioTag): void {
    if (tag.kind === "unsupported") {
      this.#refuseCodecOf(connection, `it sends ${tag.codec} audio, and only AAC is taken`);
    } else {
      this.emit("audio", { timestamp, tag });
    }
  }

  #refuseCodecOf(connection: Connection, reason: string): void {
    if (this.#publisher === connection) this.refuseCodec(reason);
  }

  #refuse(connection: Connection, code: RefusalCode, reason: string, fault: Fault = "other"): void {
    this.emit("refused", { address: connection.address, reason, for: fault });
    connection.refuse(code, `Refused: ${reason}`);
  }

  #refuseSilently(connection: Connection, reason: string): void {
    this.emit("refused", { address: connection.address, reason, for: "other" });
    connection.hangUp(reason);
  }
}

function isSame(key: string, streamKey: string): boolean {
  const [one, other] = [Buffer.from(key), Buffer.from(streamKey)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function listenReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE") return "another program has that port";
  if (code === "EACCES") return "this user may not open that port";
  return error instanceof Error ? error.message : String(error);
}
