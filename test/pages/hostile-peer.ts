/**
 * A hostile peer in a page: joins a swarm by the real tracker, and speaks the core's protocol to whoever it meets. What
 * the test asks of it stands on `hostile`.
 */

import Client, { type Peer } from "bittorrent-tracker/client";
import { trailersIn } from "../../web/engine/trailer.ts";
import { announcement, COMMAND, command, firstPart, lastPart, laterPart } from "../doubles/core-messages.ts";
import { joined, Signer } from "../doubles/signer.ts";
import type { AttackStatus, Swarm } from "./attack.ts";

interface SegmentRequest {
  sequence: number;
  id: number;
}

interface Attack {
  /** A connection opened. By default the next segments are announced as held. */
  opened?(peer: Peer, held: readonly number[]): void;
  asked?(peer: Peer, request: SegmentRequest): void | Promise<void>;
}

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const MOST_TRIES = 30;

class Stream {
  readonly #swarm: Swarm;
  #addresses = new Map<number, string>();

  constructor(swarm: Swarm) {
    this.#swarm = swarm;
  }

  /** The last segments listed, and those that will be next. */
  async newest(): Promise<number[]> {
    const text = await (await fetch(this.#swarm.playlist, { cache: "no-store" })).text();
    const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]);
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    this.#addresses = new Map(
      lines.map((line, index) => [first + index, new URL(line, this.#swarm.playlist).href]),
    );
    const last = first + lines.length - 1;
    return Array.from({ length: 40 }, (_, index) => last - 2 + index);
  }

  async #addressOf(sequence: number): Promise<string> {
    // Caches may still have the playlist of a moment ago, when a viewer has read the next.
    for (let tries = 0; !this.#addresses.has(sequence) && tries < MOST_TRIES; tries += 1) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 100));
      await this.newest();
    }
    const address = this.#addresses.get(sequence);
    if (address === undefined) throw new Error(`No playlist lists segment ${sequence}`);
    return address;
  }

  async bytes(sequence: number): Promise<ArrayBuffer> {
    return (await fetch(await this.#addressOf(sequence))).arrayBuffer();
  }

  async path(sequence: number): Promise<string> {
    return new URL(await this.#addressOf(sequence)).pathname.replace(/^\/t\/[^/]+/, "");
  }

  async trailer(sequence: number): Promise<Uint8Array> {
    const document = await (await fetch(`${this.#swarm.signatures}${sequence}`)).arrayBuffer();
    const path = await this.path(sequence);
    const trailer = trailersIn(new Uint8Array(document)).find(({ metadata }) => metadata.segment === path);
    if (!trailer) throw new Error(`No signature for ${path}`);
    return trailer.bytes;
  }
}

/** What an over-long segment has; a real one has a few hundred kilobytes. */
const LONG_BYTES = 120_000_000;

function send(peer: Peer, { sequence, id }: SegmentRequest, bytes: Uint8Array): void {
  peer.send(command(COMMAND.data, { i: sequence, r: id, s: bytes.length }));
  for (let at = 0; at < bytes.length; at += 60_000) peer.send(bytes.subarray(at, at + 60_000));
  peer.send(command(COMMAND.completed, { i: sequence, r: id }));
}

function attacksOn(stream: Stream, channel: string): Record<string, Attack> {
  const sends = (bytesFor: (sequence: number) => Promise<Uint8Array>): Attack => ({
    asked: async (peer, request) => send(peer, request, await bytesFor(request.sequence)),
  });
  return {
    "another segment's bytes": sends(async (n) => joined(await stream.bytes(n - 4), await stream.trailer(n))),
    "an old segment under a new number": sends(async (n) =>
      joined(await stream.bytes(n - 4), await stream.trailer(n - 4)),
    ),
    garbage: sends(async () => crypto.getRandomValues(new Uint8Array(60_000))),
    "a truncated segment": sends(async (n) =>
      joined((await stream.bytes(n)).slice(0, 20_000), await stream.trailer(n)),
    ),
    "an over-long segment": {
      asked: async (peer, { sequence, id }) => {
        peer.send(command(COMMAND.data, { i: sequence, r: id, s: LONG_BYTES }));
        for (let sent = 0; sent < LONG_BYTES; sent += 60_000) {
          while (peer.bufferSize > 1_000_000) await wait(0.01);
          peer.send(new Uint8Array(60_000));
        }
      },
    },
    "the right bytes with a forged signature": sends(async (n) => {
      const bytes = await stream.bytes(n);
      const forger = await Signer.create(channel);
      return joined(bytes, await forger.trailer(await stream.path(n), bytes));
    }),
    "nothing of what it announces": {},
    "one byte a second": {
      asked: async (peer, { sequence, id }) => {
        peer.send(command(COMMAND.data, { i: sequence, r: id, s: 100_000 }));
        for (let sent = 0; sent < 60; sent += 1) {
          peer.send(new Uint8Array(1));
          await wait(1);
        }
      },
    },
    "a flood of commands": {
      opened: (peer, held) => {
        for (let sent = 0; sent < 5_000; sent += 1) peer.send(announcement(held.slice(0, 1 + (sent % 40))));
      },
    },
    "one command of 512 KB": {
      opened: (peer) => {
        const pairs = Uint8Array.from({ length: 60_000 }, (_, index) => (index % 2 === 0 ? 0x61 : 0));
        peer.send(firstPart([COMMAND.announcement, ...pairs]));
        for (let sent = 0; sent < 7; sent += 1) peer.send(laterPart(pairs));
        peer.send(lastPart(pairs));
      },
    },
    "requests for everything at once": {
      opened: (peer, held) => {
        for (let sent = 0; sent < 2_000; sent += 1) {
          const sequence = (held[0] ?? 0) + (sent % 3);
          peer.send(command(COMMAND.request, { i: sequence, r: sent % 1000 }));
        }
      },
    },
    "fifty connections": { opened: () => {} },
  };
}

/** One peer id in the swarm, and its connections. */
class Hostile {
  readonly #met = new Set<string>();
  readonly #askedBy = new Set<string>();
  readonly #open = new Set<Peer>();
  readonly #failures: string[] = [];
  readonly #client: Client;

  constructor(swarm: Swarm, peerId: string, channel: string, name: string) {
    const stream = new Stream(swarm);
    const attack = attacksOn(stream, channel)[name];
    if (!attack) throw new Error(`There is no attack named ${name}`);
    this.#client = new Client({
      infoHash: swarm.infoHash,
      peerId,
      announce: [swarm.tracker],
      rtcConfig: { iceServers: [] },
      getAnnounceOpts: () => ({ numwant: 10 }),
    });
    this.#client.on("error", () => {});
    this.#client.on("peer", (peer) => {
      peer.on("error", () => {});
      peer.on("disconnect", () => this.#open.delete(peer));
      peer.on("connect", () => {
        // Another hostile peer, which joined at the same time.
        if (!swarm.viewers.includes(peer.id)) {
          peer.destroy();
          return;
        }
        this.#open.add(peer);
        this.#met.add(peer.id);
        this.#meet(peer, attack, stream).catch((error: unknown) => this.#fail(error));
      });
    });
    this.#client.start();
  }

  get status(): AttackStatus {
    const [met, askedBy] = [this.#met, this.#askedBy].map((ids) => [...ids].sort());
    return { met: met ?? [], askedBy: askedBy ?? [], open: this.#open.size, failures: this.#failures };
  }

  /** Leaves the swarm, and keeps its connections: whoever joins next meets the honest ones only. */
  hide(): void {
    this.#client.destroy();
  }

  leave(): void {
    this.hide();
    for (const peer of this.#open) peer.destroy();
  }

  async #meet(peer: Peer, attack: Attack, stream: Stream): Promise<void> {
    const held = await stream.newest();
    peer.on("data", (message) => {
      const request = requestIn(message);
      if (!request) return;
      this.#askedBy.add(peer.id);
      Promise.resolve(attack.asked?.(peer, request)).catch((error: unknown) => this.#fail(error));
    });
    if (attack.opened) attack.opened(peer, held);
    else peer.send(announcement(held));
  }

  /** Whoever was dropped can't send any more, which is no failure of the attack. */
  #fail(error: unknown): void {
    if (!/destroyed|open/.test(`${error}`)) this.#failures.push(`${error}`);
  }
}

/** The segment that a peer asks for; null for any other message. */
function requestIn(message: Uint8Array): SegmentRequest | null {
  if (message[4] !== COMMAND.request) return null;
  const fields: Record<string, number> = {};
  for (let at = 5; at < message.length - 4; ) {
    const name = String.fromCharCode(message[at] ?? 0);
    const length = (message[at + 1] ?? 0) & 15;
    const bytes = message.subarray(at + 2, at + 2 + length);
    fields[name] = bytes.reduce((number, byte) => number * 256 + byte, 0);
    at += 2 + length;
  }
  return { sequence: fields["i"] ?? 0, id: fields["r"] ?? 0 };
}

Object.assign(globalThis, { hostile: { Hostile } });
