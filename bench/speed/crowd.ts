/** A crowd of clients that announce with five offers each, answer every offer, and time the replies. */

import { once } from "node:events";
import { WebSocket } from "ws";

export interface Trial {
  readonly announces: number;
  readonly seconds: number;
  /** From sending an announce to its reply, in milliseconds. */
  readonly latencies: readonly number[];
  readonly offersReceived: number;
  readonly answersReceived: number;
}

const INFO_HASH = "one swarm for all---";
/** As long as Chromium's session descriptions for a data channel: an announce has 4.3 KB, an answer 0.9 KB. */
const SDP = `v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n${"a=candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host\r\n".repeat(11)}`;

/** Each client announces `announcesEach` times, each time as soon as it has the reply to the last announce. */
export async function runCrowd(url: string, clients: number, announcesEach: number): Promise<Trial> {
  const crowd = await Promise.all(Array.from({ length: clients }, (_, number) => Client.open(url, number)));
  const start = performance.now();
  await Promise.all(crowd.map((client) => client.announceAll(announcesEach)));
  const seconds = (performance.now() - start) / 1000;
  await untilQuiet(crowd);
  for (const client of crowd) client.close();
  const sum = (of: (client: Client) => number) => crowd.reduce((total, client) => total + of(client), 0);
  return {
    announces: clients * announcesEach,
    seconds,
    latencies: crowd.flatMap(({ latencies }) => latencies),
    offersReceived: sum(({ offersReceived }) => offersReceived),
    answersReceived: sum(({ answersReceived }) => answersReceived),
  };
}

class Client {
  readonly latencies: number[] = [];
  offersReceived = 0;
  answersReceived = 0;
  readonly #socket: WebSocket;
  readonly #peerId: string;
  #onReply: () => void = () => {};

  private constructor(socket: WebSocket, peerId: string) {
    this.#socket = socket;
    this.#peerId = peerId;
    socket.on("message", (data) => this.#hear(String(data)));
  }

  static async open(url: string, number: number): Promise<Client> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, "open");
    return new Client(socket, `client ${number}`.padEnd(20));
  }

  async announceAll(times: number): Promise<void> {
    const offers = Array.from({ length: 5 }, (_, number) => ({
      offer: { type: "offer", sdp: SDP },
      offer_id: `${this.#peerId.trim()} ${number}`.padEnd(20, "\u00ff"),
    }));
    const announce = JSON.stringify({
      numwant: 5,
      uploaded: 0,
      downloaded: 0,
      event: "started",
      action: "announce",
      info_hash: INFO_HASH,
      peer_id: this.#peerId,
      offers,
    });
    for (let time = 0; time < times; time++) {
      const sent = performance.now();
      await new Promise<void>((resolve) => {
        this.#onReply = resolve;
        this.#socket.send(announce);
      });
      this.latencies.push(performance.now() - sent);
    }
  }

  close(): void {
    this.#socket.close();
  }

  #hear(text: string): void {
    const message = JSON.parse(text);
    if (message["failure reason"]) throw new Error(`refused: ${message["failure reason"]}`);
    if (message.offer) {
      this.offersReceived++;
      const { peer_id: to_peer_id, offer_id } = message;
      const answer = { type: "answer", sdp: SDP };
      this.#socket.send(
        JSON.stringify({
          action: "announce",
          info_hash: INFO_HASH,
          peer_id: this.#peerId,
          to_peer_id,
          answer,
          offer_id,
        }),
      );
    } else if (message.answer) this.answersReceived++;
    else this.#onReply();
  }
}

/** Waits until no more answers come in. */
async function untilQuiet(crowd: readonly Client[]): Promise<void> {
  const count = () => crowd.reduce((total, { answersReceived }) => total + answersReceived, 0);
  for (let before = -1; before !== count(); ) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
