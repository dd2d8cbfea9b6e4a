import { expect, test } from "vitest";
import { Chance } from "../../bench/chance.ts";
import { PathPace } from "./path-pace.ts";

const MBIT = 1_000_000;
const STEP = 0.001;
const MESSAGE_BYTES = 4_000;
const PATH_SECONDS = 0.02;
/** Of a line, beyond which it drops what comes. */
const LONGEST_QUEUE_SECONDS = 0.3;
/** One of 107 bytes for two packets of 1,150. */
const ACKNOWLEDGMENTS = 107 / 2300;

/** One direction of a line: what comes in waits behind what came before. */
class Queue {
  bitsPerSecond: number;
  #emptyAt = 0;

  constructor(bitsPerSecond: number) {
    this.bitsPerSecond = bitsPerSecond;
  }

  /** When it has passed; null if it was dropped. */
  add(bytes: number, now: number): number | null {
    const from = Math.max(now, this.#emptyAt);
    if (from - now > LONGEST_QUEUE_SECONDS) return null;
    this.#emptyAt = from + (bytes * 8) / this.bitsPerSecond;
    return this.#emptyAt;
  }

  seconds(now: number): number {
    return Math.max(0, this.#emptyAt - now);
  }
}

/** A peer's home: media comes over its downlink, acknowledgments and replies leave by its uplink. */
class Home {
  readonly pace = new PathPace();
  readonly down: Queue;
  readonly up: Queue;
  /** What the viewer's own uplink lets through, and how long its queue is. */
  uplinkBitsPerSecond = 3.85 * MBIT;
  uplinkQueueSeconds = 0;
  /** By which a busy browser is late, both ways together. */
  lateSeconds = () => 0;
  now = 0;
  queues: number[] = [];
  #bytesReceived = 0;
  #arrivals: { at: number; bytes: number }[] = [];
  #replies: { at: number; tell: () => void }[] = [];
  #sendAt = 0;
  #probeAt = 0;

  constructor({ down = 20, up = 5 }: { down?: number; up?: number } = {}) {
    this.down = new Queue(down * MBIT);
    this.up = new Queue(up * MBIT);
  }

  /** So much is there to send, for so long; both ways' queues are noted. Returns what arrived, in bits per second. */
  run(seconds: number, isBusy: (now: number) => boolean = () => true): number {
    const before = this.#bytesReceived;
    const end = this.now + seconds;
    for (; this.now < end; this.now += STEP) {
      const { now } = this;
      if (isBusy(now) && now >= this.#sendAt && this.pace.secondsUntilRoom(now) === 0) this.#send();
      if (now >= this.#probeAt) this.#probe();
      this.#arrivals = this.#arrivals.filter(({ at, bytes }) => {
        if (at > now) return true;
        this.#bytesReceived += bytes;
        return false;
      });
      const due = this.#replies.filter(({ at }) => at <= now);
      this.#replies = this.#replies.filter(({ at }) => at > now);
      for (const { tell } of due) tell();
      this.queues.push(this.down.seconds(now) + this.up.seconds(now));
    }
    return ((this.#bytesReceived - before) * 8) / seconds;
  }

  queueP95(): number {
    const sorted = [...this.queues].sort((one, other) => one - other);
    this.queues = [];
    return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  }

  #send(): void {
    const { now } = this;
    this.pace.sent(MESSAGE_BYTES, now);
    this.#sendAt = now + (MESSAGE_BYTES * 8) / this.uplinkBitsPerSecond;
    const at = this.down.add(MESSAGE_BYTES, now);
    // SCTP sends again what was dropped; the home has it later.
    if (at !== null) this.#arrivals.push({ at, bytes: MESSAGE_BYTES });
    this.up.add(MESSAGE_BYTES * ACKNOWLEDGMENTS, now);
  }

  #probe(): void {
    const sentAt = this.now;
    this.#probeAt = sentAt + 0.1;
    const arrivedAt = this.down.add(80, sentAt + this.uplinkQueueSeconds);
    if (arrivedAt === null) return;
    const receivedAt = arrivedAt + PATH_SECONDS;
    this.#replies.push({
      at: receivedAt,
      tell: () => {
        const bytesReceived = this.#bytesReceived;
        const repliedAt = this.up.add(80, this.now);
        if (repliedAt === null) return;
        const at = repliedAt + PATH_SECONDS + this.lateSeconds();
        const sample = { sentAt, receivedAt: receivedAt + 7200, bytesReceived };
        this.#replies.push({ at, tell: () => this.pace.probed(sample, this.uplinkQueueSeconds, this.now) });
      },
    });
  }
}

/** A segment every two seconds, over a home's uplink of 5 Mbit/s. */
const segments = (now: number) => now % 2 < 0.8;

test("a path that is faster than the uplink isn't limited", () => {
  const home = new Home();
  expect(home.run(20)).toBeGreaterThan(3.5 * MBIT);
  expect(home.pace.bitsPerSecond).toBeNull();
});

test("a narrow downlink is filled once, and then carries what it can without a long queue", () => {
  const home = new Home({ down: 2 });
  home.run(3);
  home.queueP95();
  expect(home.run(30)).toBeGreaterThan(1.3 * MBIT);
  expect(home.queueP95()).toBeLessThan(0.15);
});

test("the same from one segment to the next", () => {
  const home = new Home({ down: 2 });
  home.run(6, segments);
  home.queueP95();
  home.run(30, segments);
  expect(home.queueP95()).toBeLessThan(0.15);
});

test("an uplink that acknowledgments fill is left room for other things", () => {
  const home = new Home({ up: 0.15 });
  home.run(3);
  home.queueP95();
  home.run(30);
  expect(home.queueP95()).toBeLessThan(0.15);
});

test("a line that recovers is used again within a quarter of a minute", () => {
  const home = new Home({ down: 1 });
  home.run(10);
  home.down.bitsPerSecond = 20 * MBIT;
  home.run(12);
  expect(home.run(5)).toBeGreaterThan(3.4 * MBIT);
});

test("after two minutes without a queue, there is no limit", () => {
  const home = new Home({ down: 1 });
  home.run(3);
  expect(home.pace.bitsPerSecond).not.toBeNull();
  home.down.bitsPerSecond = 20 * MBIT;
  home.run(125);
  expect(home.pace.bitsPerSecond).toBeNull();
});

test("browsers that are busy for a moment cost little", () => {
  const home = new Home();
  const chance = new Chance(3);
  home.lateSeconds = () => (chance.happens(0.2) ? chance.between(0, 0.15) : chance.between(0, 0.03));
  expect(home.run(60)).toBeGreaterThan(3.4 * MBIT);
});

test("a machine that is busy all the time is no full path", () => {
  const home = new Home();
  const chance = new Chance(4);
  home.lateSeconds = () => chance.between(0, 0.2);
  home.run(8, () => false);
  expect(home.run(60, segments)).toBeGreaterThan(0.9 * 0.4 * 3.5 * MBIT);
});

test("the queue on the viewer's own uplink isn't the path's", () => {
  const home = new Home();
  home.run(1);
  home.uplinkQueueSeconds = 0.15;
  home.run(3);
  expect(home.pace.bitsPerSecond).toBeNull();
});

test("a path that others fill isn't blamed on what isn't sent", () => {
  const pace = new PathPace();
  for (let reply = 0; reply < 20; reply += 1) {
    const sentAt = reply / 10;
    const lateSeconds = reply === 0 ? 0 : 0.4;
    pace.probed({ sentAt, receivedAt: sentAt, bytesReceived: 0 }, 0, sentAt + 0.04 + lateSeconds);
  }
  expect(pace.bitsPerSecond).toBeNull();
});

test("a peer whose clock stands still sets no pace", () => {
  const pace = new PathPace();
  for (let reply = 0; reply < 20; reply += 1) {
    const lateSeconds = reply === 0 ? 0 : 0.4;
    const sample = { sentAt: reply / 10, receivedAt: 5, bytesReceived: reply * 1000 };
    pace.probed(sample, 0, reply / 10 + 0.04 + lateSeconds);
  }
  expect(pace.bitsPerSecond).toBeNull();
});

test("what the peer received lately is known once its replies are far enough apart", () => {
  const pace = new PathPace();
  const replies = (bytes: readonly number[], apart: number) => {
    for (const [index, bytesReceived] of bytes.entries()) {
      const receivedAt = index * apart;
      pace.probed({ sentAt: receivedAt, receivedAt, bytesReceived }, 0, receivedAt + 0.02);
    }
    return pace.recentBitsPerSecond;
  };
  expect(pace.recentBitsPerSecond).toBeNull();
  expect(replies([1_000, 2_000], 0.1)).toBeNull();
  expect(replies([1_000, 2_000, 3_000], 0.05)).toBeNull();
  expect(replies([1_000, 2_000, 3_000], 0.1)).toBe(80_000);
  expect(replies([3_000, 3_000, 3_000], 0.1)).toBe(0);
});
