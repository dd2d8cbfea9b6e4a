/** A home's uplink in virtual time: one queue for media, probes and cross traffic, with peers that reply to probes. */

import type { DelaySample, UplinkBudget } from "../../web/sharing/uplink-budget.ts";

const STEP = 0.001;
const PROBE_BYTES = 80;
/** The rest of the path, each way. */
const PATH_SECONDS = 0.02;
/** Browsers don't keep shorter timers than this. */
const SHORTEST_TIMER_SECONDS = 0.004;
/** A peer answers no more often, so that of those that waited in a busy browser only the first is. */
const SHORTEST_REPLY_SECONDS = 0.02;

interface Packet {
  bytes: number;
  left: number;
  arrived?: (at: number) => void;
}

interface Receiver {
  peerId: string;
  clockOffset: number;
  /** What the receiver claims in place of what it saw. */
  lies: (sample: DelaySample) => DelaySample;
  replies: boolean;
  bytesReceived: number;
  bytesWanted: number;
  probedAt: number;
  repliedAt: number;
  busyUntil: (at: number) => number;
}

export interface HomeLineOptions {
  budget: UplinkBudget;
  bitsPerSecond: number;
  /** Replies come up to this much late, both ways. */
  noiseSeconds?: number;
  chance?: () => number;
}

/** What happened between two moments. */
export interface HomeLineStats {
  queueP95: number;
  /** Of the line, by media. */
  utilisation: number;
  mediaBitsPerSecond: number;
}

export class HomeLine {
  readonly budget: UplinkBudget;
  bitsPerSecond: number;
  noiseSeconds: number;
  crossBitsPerSecond = 0;
  /** Added to the path to every peer, as by a new route. */
  detourSeconds = 0;
  now = 0;
  readonly #chance: () => number;
  readonly #receivers = new Map<string, Receiver>();
  readonly #queue: Packet[] = [];
  #queuedBits = 0;
  #crossDue = 0;
  #events: { at: number; run: () => void }[] = [];
  #sendAt = 0;
  #served = 0;
  #log: { at: number; queueSeconds: number; carriedBits: number; capacityBits: number }[] = [];
  #carriedBits = 0;

  constructor({ budget, bitsPerSecond, noiseSeconds = 0, chance = () => 0.5 }: HomeLineOptions) {
    this.budget = budget;
    this.bitsPerSecond = bitsPerSecond;
    this.noiseSeconds = noiseSeconds;
    this.#chance = chance;
  }

  connect(
    peerId: string,
    {
      clockOffset = 0,
      lies = (sample: DelaySample) => sample,
      replies = true,
      /** Until when the peer's browser, busy at this moment, handles nothing. */
      busyUntil = (at: number) => at,
    } = {},
  ): void {
    this.#receivers.set(peerId, {
      peerId,
      clockOffset,
      lies,
      replies,
      bytesReceived: 0,
      bytesWanted: 0,
      probedAt: Number.NEGATIVE_INFINITY,
      repliedAt: Number.NEGATIVE_INFINITY,
      busyUntil,
    });
  }

  leave(peerId: string): void {
    this.#receivers.delete(peerId);
    this.budget.closed(peerId);
  }

  stopReplies(peerId: string): void {
    const receiver = this.#receivers.get(peerId);
    if (receiver) receiver.replies = false;
  }

  want(peerId: string, bytes: number): void {
    const receiver = this.#receivers.get(peerId);
    if (receiver) receiver.bytesWanted += bytes;
  }

  /** The queue's length now, in seconds. */
  get queueSeconds(): number {
    return this.#queuedBits / this.bitsPerSecond;
  }

  run(seconds: number, eachStep: () => void = () => {}): void {
    const end = this.now + seconds;
    while (this.now < end - STEP / 2) {
      eachStep();
      this.#step();
    }
  }

  stats(from: number, to = this.now): HomeLineStats {
    const log = this.#log.filter(({ at }) => at >= from && at < to);
    const queues = log.map(({ queueSeconds }) => queueSeconds).sort((a, b) => a - b);
    const carried = log.reduce((sum, { carriedBits }) => sum + carriedBits, 0);
    const capacity = log.reduce((sum, { capacityBits }) => sum + capacityBits, 0);
    return {
      queueP95: queues[Math.floor(queues.length * 0.95)] ?? 0,
      utilisation: carried / capacity,
      mediaBitsPerSecond: carried / (to - from),
    };
  }

  #step(): void {
    const { now } = this;
    this.#runEvents();
    this.#crossDue += this.crossBitsPerSecond * STEP;
    while (this.#crossDue >= 9_600) {
      this.#crossDue -= 9_600;
      this.#enqueue({ bytes: 1_200, left: 9_600 });
    }
    for (const receiver of this.#receivers.values()) this.#probe(receiver);
    if (now >= this.#sendAt) this.#send();
    this.#serve();
    this.#log.push({
      at: now,
      queueSeconds: this.queueSeconds,
      carriedBits: this.#carriedBits,
      capacityBits: this.bitsPerSecond * STEP,
    });
    this.#carriedBits = 0;
    this.now = Math.round((now + STEP) / STEP) * STEP;
  }

  #probe(receiver: Receiver): void {
    const interval = this.#isProbedOften(receiver) ? 0.1 : 1;
    if (this.now - receiver.probedAt < interval) return;
    receiver.probedAt = this.now;
    const sentAt = this.now;
    const { peerId } = receiver;
    const arrived = (at: number) => {
      if (!receiver.replies) return;
      const receivedAt = receiver.busyUntil(at + PATH_SECONDS + this.detourSeconds + this.#noise());
      if (receivedAt - receiver.repliedAt < SHORTEST_REPLY_SECONDS) return;
      receiver.repliedAt = receivedAt;
      const { bytesReceived } = receiver;
      const sample = { peerId, sentAt, receivedAt: receivedAt + receiver.clockOffset, bytesReceived };
      this.#later(receivedAt + PATH_SECONDS + this.#noise(), () => {
        if (this.#receivers.has(peerId)) this.budget.probed(receiver.lies(sample), this.now);
      });
    };
    this.#enqueue({ bytes: PROBE_BYTES, left: PROBE_BYTES * 8, arrived });
  }

  /** While there are uploads: whoever is served, and two others, who witness whether a queue is on this line. */
  #isProbedOften(receiver: Receiver): boolean {
    const all = [...this.#receivers.values()];
    const served = all.filter(({ bytesWanted }) => bytesWanted > 0);
    const witnesses = all.filter((one) => !served.includes(one)).slice(0, 2);
    return served.length > 0 && [...served, ...witnesses].includes(receiver);
  }

  /** Sends to the receivers in turn, as far as the budget lets it. */
  #send(): void {
    for (;;) {
      const wanting = [...this.#receivers.values()].filter(({ bytesWanted }) => bytesWanted > 0);
      const receiver = wanting[this.#served % wanting.length];
      if (!receiver) return;
      const wait = this.budget.secondsUntilRoom(this.now);
      if (wait > 0) {
        this.#sendAt = this.now + Math.max(wait, SHORTEST_TIMER_SECONDS) + this.#noise() / 5;
        return;
      }
      const bytes = Math.min(receiver.bytesWanted, this.budget.messageBytes(this.now));
      this.budget.sent(bytes, this.now);
      this.#served += 1;
      receiver.bytesWanted -= bytes;
      const arrived = () => {
        receiver.bytesReceived += bytes;
        this.#carriedBits += bytes * 8;
      };
      this.#enqueue({ bytes, left: bytes * 8, arrived });
    }
  }

  #serve(): void {
    let bits = this.bitsPerSecond * STEP;
    const capacity = bits;
    for (let packet = this.#queue[0]; packet && bits > 0; packet = this.#queue[0]) {
      const served = Math.min(bits, packet.left);
      bits -= served;
      packet.left -= served;
      this.#queuedBits -= served;
      if (packet.left > 0) return;
      this.#queue.shift();
      packet.arrived?.(this.now + ((capacity - bits) / capacity) * STEP);
    }
  }

  #enqueue(packet: Packet): void {
    this.#queue.push(packet);
    this.#queuedBits += packet.left;
  }

  #later(at: number, run: () => void): void {
    this.#events.push({ at, run });
  }

  #runEvents(): void {
    const due = this.#events.filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at);
    if (due.length === 0) return;
    this.#events = this.#events.filter(({ at }) => at > this.now);
    for (const { run } of due) run();
  }

  #noise(): number {
    return this.noiseSeconds * this.#chance();
  }
}
