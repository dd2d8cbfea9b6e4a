/** A viewer that speaks the WebTorrent tracker protocol over a plain socket, and remembers what it was told. */

import { once } from "node:events";
import { WebSocket } from "ws";
import type { Heard } from "../../doubles/strict-client.ts";
import { originSecret } from "./cloud.ts";

export interface ViewerOptions {
  /** Headers of the handshake, such as CloudFront's on the viewer's place. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A session description about as long as a browser's. */
const sdp = `v=0\r\n${"a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host\r\n".repeat(12)}`;

/** Offers with ids of any bytes, as clients make them. */
export function offers(count: number, seed = 0) {
  return Array.from({ length: count }, (_, index) => ({
    offer: { type: "offer", sdp },
    offer_id: String.fromCharCode(seed, index, ...Array.from({ length: 18 }, (_, n) => (n * 53 + 128) % 256)),
  }));
}

/** Twenty characters of one byte each. */
export function id(name: string): string {
  return name.padEnd(20, "\u00ff");
}

export class Viewer {
  /** All that came in, in order. */
  readonly heard: Heard[] = [];
  closed: { code: number } | undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      this.heard.push(JSON.parse(String(data)));
      for (const look of this.#waiting) look();
    });
    socket.on("close", (code) => {
      this.closed = { code };
      for (const look of this.#waiting) look();
    });
  }

  static async connect(url: string, { headers = {} }: ViewerOptions = {}): Promise<Viewer> {
    const socket = new WebSocket(url, { headers: { "x-shoal-origin": originSecret, ...headers } });
    const viewer = new Viewer(socket);
    await once(socket, "open");
    return viewer;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Sends a message in frames that are no longer than API Gateway's 32 KB. */
  sendInFrames(text: string): void {
    for (let at = 0; at < text.length; at += 30_000) {
      this.#socket.send(text.slice(at, at + 30_000), { fin: at + 30_000 >= text.length });
    }
  }

  /** Announces as p2p-media-loader does at first: five offers, `started`, no `left`. */
  announce(swarm: string, peer: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.send({
      action: "announce",
      info_hash: swarm,
      peer_id: peer,
      numwant: 5,
      uploaded: 0,
      downloaded: 0,
      event: "started",
      offers: offers(5),
      ...more,
    });
  }

  answer(swarm: string, peer: string, toPeer: string, offerId: string): void {
    const answer = { type: "answer", sdp };
    this.send({
      action: "announce",
      info_hash: swarm,
      peer_id: peer,
      to_peer_id: toPeer,
      answer,
      offer_id: offerId,
    });
  }

  /** The first message heard, now or soon, of which this is so. */
  async hears(what: string, isIt: (message: Heard) => boolean): Promise<Heard> {
    const deadline = Date.now() + 5000;
    for (;;) {
      const found = this.heard.find(isIt);
      if (found) return found;
      if (this.closed) throw new Error(`closed with ${this.closed.code} while waiting for ${what}`);
      if (Date.now() > deadline)
        throw new Error(`never heard ${what}, but ${JSON.stringify(this.heard).slice(0, 500)}`);
      await this.#somethingOrAWhile();
    }
  }

  hearsReply(swarm: string): Promise<Heard> {
    return this.hears("a reply", (message) => message.info_hash === swarm && message.complete !== undefined);
  }

  hearsOffer(fromPeer: string): Promise<Heard> {
    return this.hears("an offer", (message) => message.offer !== undefined && message.peer_id === fromPeer);
  }

  hearsAnswer(fromPeer: string): Promise<Heard> {
    return this.hears("an answer", (message) => message.answer !== undefined && message.peer_id === fromPeer);
  }

  hearsFailure(): Promise<Heard> {
    return this.hears("a failure", (message) => message["failure reason"] !== undefined);
  }

  /** Announces and waits for the reply to that announce. */
  async announced(swarm: string, peer: string, more: Readonly<Record<string, unknown>> = {}): Promise<Heard> {
    this.heard.length = 0;
    this.announce(swarm, peer, more);
    return this.hearsReply(swarm);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.#socket.close();
    await once(this.#socket, "close");
  }

  #somethingOrAWhile(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, 50);
      this.#waiting.add(done);
    });
  }
}
